//! `SyntaxError`: where in which file.

use heap::Slot;
use macros::{pymethods, pytype};

use super::Exception;
use super::base::{init_args, refuse_keywords};
use crate::glue::*;
use crate::text::Text;
use crate::{Int, Str, Tuple, none, ops, raise};

/// Invalid syntax.
#[pytype(name = "SyntaxError", base = Exception, flags(BASETYPE, BASE_EXC_SUBCLASS), layout = PySyntaxErrorObject)]
#[repr(C)]
pub struct SyntaxError {
    base: Exception,
    #[member(none, doc = "exception msg")]
    msg: Slot,
    #[member(none, doc = "exception filename")]
    filename: Slot,
    #[member(none, doc = "exception lineno")]
    lineno: Slot,
    #[member(none, doc = "exception offset")]
    offset: Slot,
    #[member(none, doc = "exception end lineno")]
    end_lineno: Slot,
    #[member(none, doc = "exception end offset")]
    end_offset: Slot,
    #[member(none, doc = "exception text")]
    text: Slot,
    #[member(none, doc = "exception print_file_and_line")]
    print_file_and_line: Slot,
    #[member(none, name = "_metadata", doc = "exception private metadata")]
    metadata: Slot,
}

/// What a `SyntaxError` says. Columns count characters from 1; the range ends where `end_line`, `end_column` say.
#[derive(Clone, Debug, Default)]
pub struct SyntaxErrorData {
    /// The message.
    pub message: String,
    /// The file's name, if there is one.
    pub filename: Option<String>,
    /// The first line.
    pub line: i64,
    /// The first column.
    pub column: i64,
    /// The last line.
    pub end_line: i64,
    /// The column after the range.
    pub end_column: i64,
    /// The source line.
    pub text: Option<String>,
    /// Line and column of the statement before, and the whole source.
    pub metadata: Option<(u32, u32, Option<String>)>,
}

impl SyntaxError {
    /// `cls(message, (filename, line, column, text, end_line, end_column))`; `cls` is a static type.
    pub fn create(th: &mut Thread, cls: &Type, data: &SyntaxErrorData) -> Ref<SyntaxError> {
        let text = |th: &Thread, text: &Option<String>| match text {
            Some(text) => Str::new(th, text).up(),
            None => none().to_ref(),
        };
        let message = Str::new(th, &data.message);
        let filename = text(th, &data.filename);
        let line_text = text(th, &data.text);
        let [line, column, end_line, end_column] =
            [data.line, data.column, data.end_line, data.end_column].map(|number| Int::from_i64(th, number));
        let details = Tuple::from_slice(th, &[&*filename, &line, &column, &line_text, &end_line, &end_column]);
        let args = Tuple::from_slice(th, &[&message, &details]);
        let metadata = data.metadata.as_ref().map(|(line, column, source)| {
            let source = text(th, source);
            let [line, column] = [*line, *column].map(|number| Int::from_i64(th, number.into()));
            Tuple::from_slice(th, &[&*line, &*column, &*source]).up()
        });
        th.new_instance(
            cls,
            SyntaxError {
                base: Exception::with_args(args),
                msg: Slot::new(message.up()),
                filename: Slot::new(filename),
                lineno: Slot::new(line.up()),
                offset: Slot::new(column.up()),
                end_lineno: Slot::new(end_line.up()),
                end_offset: Slot::new(end_column.up()),
                text: Slot::new(line_text),
                print_file_and_line: Slot::NULL,
                metadata: metadata.map_or(Slot::NULL, Slot::new),
            },
        )
    }

    /// `(filename, lineno, offset, text, end_lineno=…, end_offset=…, metadata=…)`
    fn set_details(&self, th: &mut Thread, details: &Tuple) -> Result<(), Raised> {
        let count = details.len();
        if !(4..=7).contains(&count) {
            let (bound, limit) = if count < 4 { ("at least", 4) } else { ("at most", 7) };
            return Err(raise::type_error(th, format_args!("function takes {bound} {limit} arguments ({count} given)")));
        }
        let fields = [&self.filename, &self.lineno, &self.offset, &self.text, &self.end_lineno, &self.end_offset, &self.metadata];
        for (index, field) in fields.into_iter().enumerate() {
            let value = (index < count).then(|| details.get(index).to_ref());
            field.set(th, self, value);
        }
        if count == 5 {
            return Err(raise::type_error(th, format_args!("end_offset must be provided when end_lineno is provided")));
        }
        Ok(())
    }
}

#[pymethods]
impl SyntaxError {
    #[slot(tp_init)]
    fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        refuse_keywords(th, self.ty(), kwargs)?;
        init_args(th, self, args);
        if let Some(message) = args.first() {
            self.msg.set(th, self, Some(message.to_ref()));
        }
        if let [_, details] = *args.as_slice() {
            let details = ops::to_tuple(th, details)?;
            self.set_details(th, &details)?;
        }
        Ok(())
    }

    #[slot(tp_str)]
    fn str(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let line = self.lineno.get(th, self).and_then(|line| line.downcast_exact::<Int>().ok());
        // A number that fits no C long is shown as -1.
        let line = line.map(|line| line.to_i64().unwrap_or(-1));
        let filename = self.filename.get(th, self).and_then(|name| name.downcast::<Str>().ok());
        let message = self.msg.get(th, self).unwrap_or_else(|| none().to_ref());
        let mut text = Text::default();
        text.push_display(th, &message)?;
        let filename = filename.map(|name| {
            let wtf8 = name.to_wtf8();
            let start = wtf8.iter().rposition(|&byte| byte == b'/').map_or(0, |slash| slash + 1);
            Str::from_wtf8(th, &wtf8[start..])
        });
        match (filename, line) {
            (None, None) => {}
            (Some(name), Some(line)) => {
                text.push(" (").push_str(&name).push(&format!(", line {line})"));
            }
            (Some(name), None) => {
                text.push(" (").push_str(&name).push(")");
            }
            (None, Some(line)) => {
                text.push(&format!(" (line {line})"));
            }
        }
        Ok(text.finish(th))
    }
}
