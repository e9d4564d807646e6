//! The abstract grammar of Python 3.14: every node class with its fields, their types and how many of them there are.
//!
//! One table feeds all: the classes of `_ast` with their documentation, the reading of trees, and the checks on them.

/// Whether a field holds one value, perhaps none, or a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quantity {
    One,
    Optional,
    Many,
    /// A list in which a place may be empty.
    ManyOrNone,
}

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldType {
    Identifier,
    String,
    Int,
    Constant,
    Node(Sum),
}

/// A field of a node class.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    pub quantity: Quantity,
    pub ty: FieldType,
}

/// Which places nodes have: lines and columns of both ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Attributes {
    Plain,
    /// The end may be left out.
    Placed,
    PlacedWithEnd,
}

/// The names of a node's place.
pub const PLACE: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

/// A class of `_ast`.
struct KindFacts {
    name: &'static str,
    sum: Sum,
    fields: &'static [Field],
}

struct SumFacts {
    name: &'static str,
    attributes: Attributes,
    product: bool,
    kinds: &'static [Kind],
}

macro_rules! quantity {
    (one) => { Quantity::One };
    (opt) => { Quantity::Optional };
    (many) => { Quantity::Many };
    (holes) => { Quantity::ManyOrNone };
}

macro_rules! is_product {
    (sum) => { false };
    (product) => { true };
}

macro_rules! grammar {
    ($($attributes:ident $sum:ident $Sum:ident = $form:ident {
        $($Kind:ident($($field:ident: $quantity:ident $ty:ident),*))*
    })*) => {
        /// A type of nodes: one of several classes (a sum), or a class by itself (a product).
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Sum { $($Sum),* }

        /// A class of nodes.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Kind { $($($Kind),*),* }

        impl Sum {
            pub const ALL: &'static [Sum] = &[$(Sum::$Sum),*];
        }

        impl Kind {
            pub const ALL: &'static [Kind] = &[$($(Kind::$Kind),*),*];
        }

        /// The types by the names that the table uses.
        #[allow(non_upper_case_globals, reason = "they are the grammar's names")]
        #[allow(dead_code, reason = "no field holds a module")]
        mod ty {
            use super::{FieldType, Sum};
            pub const identifier: FieldType = FieldType::Identifier;
            pub const string: FieldType = FieldType::String;
            pub const int: FieldType = FieldType::Int;
            pub const constant: FieldType = FieldType::Constant;
            $(pub const $sum: FieldType = FieldType::Node(Sum::$Sum);)*
        }

        static SUMS: &[SumFacts] = &[$(SumFacts {
            name: unraw(stringify!($sum)),
            attributes: Attributes::$attributes,
            product: is_product!($form),
            kinds: &[$(Kind::$Kind),*],
        }),*];

        static KINDS: &[KindFacts] = &[$($(KindFacts {
            name: stringify!($Kind),
            sum: Sum::$Sum,
            fields: &[$(Field { name: unraw(stringify!($field)), quantity: quantity!($quantity), ty: ty::$ty }),*],
        }),*),*];
    };
}

/// The name behind `r#`.
const fn unraw(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

grammar! {
    Plain r#mod Mod = sum {
        Module(body: many stmt, type_ignores: many type_ignore)
        Interactive(body: many stmt)
        Expression(body: one expr)
        FunctionType(argtypes: many expr, returns: one expr)
    }
    Placed stmt Stmt = sum {
        FunctionDef(
            name: one identifier,
            args: one arguments,
            body: many stmt,
            decorator_list: many expr,
            returns: opt expr,
            type_comment: opt string,
            type_params: many type_param
        )
        AsyncFunctionDef(
            name: one identifier,
            args: one arguments,
            body: many stmt,
            decorator_list: many expr,
            returns: opt expr,
            type_comment: opt string,
            type_params: many type_param
        )
        ClassDef(
            name: one identifier,
            bases: many expr,
            keywords: many keyword,
            body: many stmt,
            decorator_list: many expr,
            type_params: many type_param
        )
        Return(value: opt expr)
        Delete(targets: many expr)
        Assign(targets: many expr, value: one expr, type_comment: opt string)
        TypeAlias(name: one expr, type_params: many type_param, value: one expr)
        AugAssign(target: one expr, op: one operator, value: one expr)
        AnnAssign(target: one expr, annotation: one expr, value: opt expr, simple: one int)
        For(target: one expr, iter: one expr, body: many stmt, orelse: many stmt, type_comment: opt string)
        AsyncFor(target: one expr, iter: one expr, body: many stmt, orelse: many stmt, type_comment: opt string)
        While(test: one expr, body: many stmt, orelse: many stmt)
        If(test: one expr, body: many stmt, orelse: many stmt)
        With(items: many withitem, body: many stmt, type_comment: opt string)
        AsyncWith(items: many withitem, body: many stmt, type_comment: opt string)
        Match(subject: one expr, cases: many match_case)
        Raise(exc: opt expr, cause: opt expr)
        Try(body: many stmt, handlers: many excepthandler, orelse: many stmt, finalbody: many stmt)
        TryStar(body: many stmt, handlers: many excepthandler, orelse: many stmt, finalbody: many stmt)
        Assert(test: one expr, msg: opt expr)
        Import(names: many alias)
        ImportFrom(module: opt identifier, names: many alias, level: opt int)
        Global(names: many identifier)
        Nonlocal(names: many identifier)
        Expr(value: one expr)
        Pass()
        Break()
        Continue()
    }
    Placed expr Expr = sum {
        BoolOp(op: one boolop, values: many expr)
        NamedExpr(target: one expr, value: one expr)
        BinOp(left: one expr, op: one operator, right: one expr)
        UnaryOp(op: one unaryop, operand: one expr)
        Lambda(args: one arguments, body: one expr)
        IfExp(test: one expr, body: one expr, orelse: one expr)
        Dict(keys: holes expr, values: many expr)
        Set(elts: many expr)
        ListComp(elt: one expr, generators: many comprehension)
        SetComp(elt: one expr, generators: many comprehension)
        DictComp(key: one expr, value: one expr, generators: many comprehension)
        GeneratorExp(elt: one expr, generators: many comprehension)
        Await(value: one expr)
        Yield(value: opt expr)
        YieldFrom(value: one expr)
        Compare(left: one expr, ops: many cmpop, comparators: many expr)
        Call(func: one expr, args: many expr, keywords: many keyword)
        FormattedValue(value: one expr, conversion: one int, format_spec: opt expr)
        Interpolation(value: one expr, str: one constant, conversion: one int, format_spec: opt expr)
        JoinedStr(values: many expr)
        TemplateStr(values: many expr)
        Constant(value: one constant, kind: opt string)
        Attribute(value: one expr, attr: one identifier, ctx: one expr_context)
        Subscript(value: one expr, slice: one expr, ctx: one expr_context)
        Starred(value: one expr, ctx: one expr_context)
        Name(id: one identifier, ctx: one expr_context)
        List(elts: many expr, ctx: one expr_context)
        Tuple(elts: many expr, ctx: one expr_context)
        Slice(lower: opt expr, upper: opt expr, step: opt expr)
    }
    Plain expr_context ExprContext = sum {
        Load()
        Store()
        Del()
    }
    Plain boolop Boolop = sum {
        And()
        Or()
    }
    Plain operator Operator = sum {
        Add()
        Sub()
        Mult()
        MatMult()
        Div()
        Mod()
        Pow()
        LShift()
        RShift()
        BitOr()
        BitXor()
        BitAnd()
        FloorDiv()
    }
    Plain unaryop Unaryop = sum {
        Invert()
        Not()
        UAdd()
        USub()
    }
    Plain cmpop Cmpop = sum {
        Eq()
        NotEq()
        Lt()
        LtE()
        Gt()
        GtE()
        Is()
        IsNot()
        In()
        NotIn()
    }
    Plain comprehension Comprehension = product {
        Comprehension(target: one expr, iter: one expr, ifs: many expr, is_async: one int)
    }
    Placed excepthandler Excepthandler = sum {
        ExceptHandler(r#type: opt expr, name: opt identifier, body: many stmt)
    }
    Plain arguments Arguments = product {
        Arguments(
            posonlyargs: many arg,
            args: many arg,
            vararg: opt arg,
            kwonlyargs: many arg,
            kw_defaults: holes expr,
            kwarg: opt arg,
            defaults: many expr
        )
    }
    Placed arg Arg = product {
        Arg(arg: one identifier, annotation: opt expr, type_comment: opt string)
    }
    Placed keyword Keyword = product {
        Keyword(arg: opt identifier, value: one expr)
    }
    Placed alias Alias = product {
        Alias(name: one identifier, asname: opt identifier)
    }
    Plain withitem Withitem = product {
        Withitem(context_expr: one expr, optional_vars: opt expr)
    }
    Plain match_case MatchCase = product {
        MatchCase(pattern: one pattern, guard: opt expr, body: many stmt)
    }
    PlacedWithEnd pattern Pattern = sum {
        MatchValue(value: one expr)
        MatchSingleton(value: one constant)
        MatchSequence(patterns: many pattern)
        MatchMapping(keys: many expr, patterns: many pattern, rest: opt identifier)
        MatchClass(cls: one expr, patterns: many pattern, kwd_attrs: many identifier, kwd_patterns: many pattern)
        MatchStar(name: opt identifier)
        MatchAs(pattern: opt pattern, name: opt identifier)
        MatchOr(patterns: many pattern)
    }
    Plain type_ignore TypeIgnore = sum {
        TypeIgnore(lineno: one int, tag: one string)
    }
    PlacedWithEnd type_param TypeParam = sum {
        TypeVar(name: one identifier, bound: opt expr, default_value: opt expr)
        ParamSpec(name: one identifier, default_value: opt expr)
        TypeVarTuple(name: one identifier, default_value: opt expr)
    }
}

impl Sum {
    fn facts(self) -> &'static SumFacts {
        &SUMS[self as usize]
    }

    /// The name in the grammar, which is also the class's.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// The place that its nodes have.
    pub fn attributes(self) -> Attributes {
        self.facts().attributes
    }

    /// Whether it is a class by itself.
    pub fn is_product(self) -> bool {
        self.facts().product
    }

    /// Its classes.
    pub fn kinds(self) -> &'static [Kind] {
        self.facts().kinds
    }

    /// The grammar of the type, as the class's documentation.
    pub fn doc(self) -> String {
        let name = self.name();
        let bar = if self.kinds().iter().any(|kind| !kind.fields().is_empty()) { format!("\n{} | ", " ".repeat(name.len())) } else { " | ".to_string() };
        let kinds: Vec<String> = self.kinds().iter().map(|kind| kind.doc()).collect();
        format!("{name} = {}", kinds.join(&bar))
    }
}

impl Kind {
    fn facts(self) -> &'static KindFacts {
        &KINDS[self as usize]
    }

    /// The class's name.
    pub fn name(self) -> &'static str {
        if self.sum().is_product() { self.sum().name() } else { self.facts().name }
    }

    /// The type it belongs to.
    pub fn sum(self) -> Sum {
        self.facts().sum
    }

    /// Its fields in order.
    pub fn fields(self) -> &'static [Field] {
        self.facts().fields
    }

    /// The grammar of the class, as its documentation.
    pub fn doc(self) -> String {
        if self.fields().is_empty() {
            return self.name().to_string();
        }
        let fields: Vec<String> = self
            .fields()
            .iter()
            .map(|f| {
                let mark = match f.quantity {
                    Quantity::One => "",
                    Quantity::Optional => "?",
                    Quantity::Many => "*",
                    Quantity::ManyOrNone => "?*",
                };
                format!("{}{mark} {}", f.ty.name(), f.name)
            })
            .collect();
        format!("{}({})", self.name(), fields.join(", "))
    }
}

impl FieldType {
    /// The name in the grammar.
    pub fn name(self) -> &'static str {
        match self {
            FieldType::Identifier => "identifier",
            FieldType::String => "string",
            FieldType::Int => "int",
            FieldType::Constant => "constant",
            FieldType::Node(sum) => sum.name(),
        }
    }
}
