//! Reads of objects whose class is known.

use ::objects::compiled as layout;
use lir::{Access, Effects, IntCond, Likely, Type};

use super::{Lowerer, class};
use crate::hir::{Class, Exit, Kind, Namespace, Op, Value, Word};
use crate::runtime::{self, FunctionLayout, Helper};

impl Lowerer<'_> {
    pub(super) fn object_op(&mut self, op: &Op) -> Option<lir::Value> {
        Some(match *op {
            Op::LoadReg(r) => {
                let word = self.read(r);
                self.object_of(word)
            }
            Op::Object(address) => self.b.address_of(address),
            Op::Namespace(which) => {
                let at = if which == Namespace::Globals { runtime::FRAME_GLOBALS } else { runtime::FRAME_BUILTINS };
                let frame = self.frame();
                self.b.load(Type::Ptr, frame, at as i32, Access::class(class::THREAD))
            }
            Op::Entry(dict, version, place, exit) => self.entry(dict, version, place, exit),
            Op::Getter(property, exit) => {
                let property = self.value(property);
                let getter = self.b.atomic_load(Type::Ptr, property, layout::PROPERTY_GETTER as i32, lir::Order::Acquire);
                let null = self.b.null();
                let is_there = self.b.icmp(IntCond::Ne, getter, null);
                self.guard(is_there, exit);
                getter
            }
            Op::Defaults(function, count, exit) => self.defaults(function, count, exit),
            Op::GuardKeys(dict, version, exit) => {
                self.guard_keys(dict, version, exit);
                return None;
            }
            Op::GuardOwnTag(object, tag, exit) => {
                let ty = self.value(object);
                self.guard_tag(ty, tag, exit);
                return None;
            }
            Op::GuardInline(object, exit) => {
                let (shape, in_dict) = (self.shape(object), self.b.i32(layout::IN_DICT.cast_signed()));
                let inline = self.b.icmp(IntCond::Ne, shape, in_dict);
                self.guard(inline, exit);
                return None;
            }
            Op::GuardStep(object, word, before, exit) => {
                let (held, null) = (self.field(Type::Ptr, object, usize::from(word) * 8), self.b.null());
                let (empty, shape, before) = (self.b.icmp(IntCond::Eq, held, null), self.shape(object), self.b.i32(before.cast_signed()));
                let same = self.b.icmp(IntCond::Eq, shape, before);
                let fine = self.b.and(empty, same);
                self.guard(fine, exit);
                return None;
            }
            Op::SetShape(object, shape) => {
                let (object, shape) = (self.value(object), self.b.i32(shape.cast_signed()));
                self.b.atomic_store(object, layout::SHAPE, shape, lir::Order::Release);
                return None;
            }
            Op::GuardCode(function, code, exit) => {
                self.guard_code(function, code, exit);
                return None;
            }
            Op::GuardFull(r, exit) => {
                let (word, zero) = (self.read(r), self.b.i64(0));
                let full = self.b.icmp(IntCond::Ne, word, zero);
                self.guard(full, exit);
                return None;
            }
            Op::GuardClass(object, class, exit) => {
                let object = self.value(object);
                let is = self.is_of(object, class);
                self.guard(is, exit);
                return None;
            }
            Op::GuardBuiltin(object, builtin, exit) => {
                let (object, function) = (self.value(object), self.b.address_of(runtime::builtin(builtin)));
                let is = self.b.icmp(IntCond::Eq, object, function);
                self.guard(is, exit);
                return None;
            }
            Op::Length(object, exit) => {
                let (object, zero) = (self.value(object), self.b.i64(0));
                let len = self.b.call_one(self.helper(Helper::Length), &[object], Type::I64, Effects::READS);
                let known = self.b.icmp(IntCond::Sge, len, zero);
                self.guard(known, exit);
                len
            }
            Op::IsInstance(object, class, exit) => {
                let (object, class) = (self.value(object), self.value(class));
                let answer = self.b.call_one(self.helper(Helper::IsInstance), &[object, class], Type::I64, Effects::READS);
                let (two, one) = (self.b.i64(2), self.b.i64(1));
                let known = self.b.icmp(IntCond::Ne, answer, two);
                self.guard(known, exit);
                self.b.icmp(IntCond::Eq, answer, one)
            }
            Op::HasTag(object, tag) => self.has_tag(object, tag),
            Op::Same(a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                self.b.icmp(IntCond::Eq, a, b)
            }
            Op::GuardTag(object, tag, exit) => {
                let object = self.value(object);
                let ty = self.b.load(Type::Ptr, object, layout::TYPE as i32, Access::class(class::HEAD));
                self.guard_tag(ty, tag, exit);
                return None;
            }
            Op::Slot(object, word, exit) => {
                let (held, null) = (self.field(Type::Ptr, object, usize::from(word) * 8), self.b.null());
                let full = self.b.icmp(IntCond::Ne, held, null);
                self.guard(full, exit);
                held
            }
            Op::GuardOwn(object, exit) => {
                let (object, th) = (self.value(object), self.thread());
                let owner = self.b.load(Type::I16, object, layout::OWNER as i32, Access::class(class::HEAD));
                let mine = self.b.load(Type::I16, th, runtime::MINE as i32, Access::class(class::THREAD));
                let same = self.b.icmp(IntCond::Eq, owner, mine);
                self.guard(same, exit);
                return None;
            }
            Op::GuardMine(object, exit) => {
                let object = self.value(object);
                let mine = self.is_mine(object);
                self.guard(mine, exit);
                return None;
            }
            Op::UnboxInt(object, exit) => self.unbox_int(object, exit),
            Op::EitherFloat(a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                let (a, b) = (self.is_of(a, Class::Float), self.is_of(b, Class::Float));
                self.b.or(a, b)
            }
            Op::IsFull(r) => {
                let (word, zero) = (self.read(r), self.b.i64(0));
                self.b.icmp(IntCond::Ne, word, zero)
            }
            Op::UnboxIfFull(r, kind, exit) => self.unbox_if_full(r, kind, exit),
            Op::UnboxNumber(object, exit) => self.unbox_number(object, exit),
            Op::UnboxFloat(object) => self.field(Type::F64, object, layout::FLOAT_VALUE),
            Op::UnboxBool(object) => {
                let (object, truth) = (self.value(object), self.b.address_of(runtime::word(Word::True) & !1));
                self.b.icmp(IntCond::Eq, object, truth)
            }
            Op::Is(object, word) => {
                let (object, word, mask) = (self.value(object), self.word(word), self.b.i64(!1));
                let (held, word) = (self.b.ptr_to_int(object), self.b.and(word, mask));
                self.b.icmp(IntCond::Eq, held, word)
            }
            Op::Len(object, _) => self.field(Type::I64, object, layout::LEN),
            Op::Item(object, class, index) => {
                let (object, index) = (self.value(object), self.value(index));
                self.item(object, class, index)
            }
            Op::RangeMore(iter) => {
                let (left, zero) = (self.field(Type::I64, iter, layout::RANGE_LEFT), self.b.i64(0));
                self.b.icmp(IntCond::Sgt, left, zero)
            }
            Op::RangeNext(iter) => self.range_next(iter),
            Op::IterMore(iter, class) => self.iter_more(iter, class),
            Op::IterEnded(iter, class) => self.iter_ended(iter, class),
            Op::IterNext(iter, class) => self.iter_next(iter, class),
            ref other => unreachable!("`{other}` reads no object"),
        })
    }

    /// The object that a register's word names.
    pub(super) fn object_of(&mut self, word: lir::Value) -> lir::Value {
        let mask = self.b.i64(!1);
        let address = self.b.and(word, mask);
        self.b.int_to_ptr(address)
    }

    fn guard_tag(&mut self, ty: lir::Value, tag: u32, exit: Exit) {
        let same = self.is_tag_of(ty, tag);
        self.guard(same, exit);
    }

    fn has_tag(&mut self, object: Value, tag: u32) -> lir::Value {
        let object = self.value(object);
        let ty = self.b.load(Type::Ptr, object, layout::TYPE as i32, Access::class(class::HEAD));
        self.is_tag_of(ty, tag)
    }

    fn is_tag_of(&mut self, ty: lir::Value, tag: u32) -> lir::Value {
        let (found, tag) = (self.b.atomic_load(Type::I32, ty, layout::TYPE_TAG as i32, lir::Order::Acquire), self.b.i32(tag.cast_signed()));
        self.b.icmp(IntCond::Eq, found, tag)
    }

    fn defaults(&mut self, function: Value, count: u32, exit: Exit) -> lir::Value {
        let function = self.value(function);
        let tuple = self.b.atomic_load(Type::Ptr, function, FunctionLayout::DEFAULTS_OFFSET as i32, lir::Order::Acquire);
        let null = self.b.null();
        let is_there = self.b.icmp(IntCond::Ne, tuple, null);
        self.guard(is_there, exit);
        let is_tuple = self.is_of(tuple, Class::Tuple);
        self.guard(is_tuple, exit);
        let (len, wanted) = (self.b.load(Type::I64, tuple, layout::LEN as i32, Access::class(class::BODY)), self.b.i64(i64::from(count)));
        let fits = self.b.icmp(IntCond::Eq, len, wanted);
        self.guard(fits, exit);
        tuple
    }

    fn shape(&mut self, object: Value) -> lir::Value {
        let object = self.value(object);
        self.b.atomic_load(Type::I32, object, layout::SHAPE, lir::Order::Acquire)
    }

    /// A dict's block of keys, which has this version.
    fn guard_keys(&mut self, dict: Value, version: u32, exit: Exit) -> lir::Value {
        let dict = self.value(dict);
        let keys = self.b.load(Type::Ptr, dict, layout::DICT_KEYS as i32, Access::class(class::BODY));
        let (found, version) = (self.b.atomic_load(Type::I32, keys, layout::KEYS_VERSION as i32, lir::Order::Acquire), self.b.i32(version.cast_signed()));
        let same = self.b.icmp(IntCond::Eq, found, version);
        self.guard(same, exit);
        keys
    }

    fn entry(&mut self, dict: Value, version: u32, place: u16, exit: Exit) -> lir::Value {
        let keys = self.guard_keys(dict, version, exit);
        let value = self.b.load(Type::Ptr, keys, i32::from(place) * 8, Access::class(class::BODY));
        let null = self.b.null();
        let full = self.b.icmp(IntCond::Ne, value, null);
        self.guard(full, exit);
        value
    }

    fn guard_code(&mut self, function: Value, code: u32, exit: Exit) {
        let place = &self.place.codes[code as usize];
        let wanted = [(FunctionLayout::CODE_OFFSET, place.address), (FunctionLayout::GLOBALS_OFFSET, place.globals), (FunctionLayout::BUILTINS_OFFSET, place.builtins)];
        for (offset, address) in wanted {
            let (found, wanted) = (self.field(Type::Ptr, function, offset), self.b.address_of(address));
            let same = self.b.icmp(IntCond::Eq, found, wanted);
            self.guard(same, exit);
        }
    }

    fn is_of(&mut self, object: lir::Value, known: Class) -> lir::Value {
        let ty = self.b.load(Type::Ptr, object, layout::TYPE as i32, Access::class(class::HEAD));
        let expected = self.b.address_of(runtime::type_of(known));
        self.b.icmp(IntCond::Eq, ty, expected)
    }

    pub(super) fn is_mine(&mut self, object: lir::Value) -> lir::Value {
        let th = self.thread();
        let owner = self.b.load(Type::I16, object, layout::OWNER as i32, Access::class(class::HEAD));
        let mine = self.b.load(Type::I16, th, runtime::MINE as i32, Access::class(class::THREAD));
        let also = self.b.load(Type::I16, th, runtime::MINE as i32 + 2, Access::class(class::THREAD));
        let (first, second) = (self.b.icmp(IntCond::Eq, owner, mine), self.b.icmp(IntCond::Eq, owner, also));
        self.b.or(first, second)
    }

    pub(super) fn field(&mut self, ty: Type, object: Value, offset: usize) -> lir::Value {
        let object = self.value(object);
        self.b.load(ty, object, offset as i32, Access::class(class::BODY))
    }

    fn set_field(&mut self, object: Value, offset: usize, value: lir::Value) {
        let object = self.value(object);
        self.b.store(object, offset as i32, value, Access::class(class::BODY));
    }

    /// The number of an int: here if it has one digit at most, else by a call.
    fn unbox_int(&mut self, object: Value, exit: Exit) -> lir::Value {
        let object = self.value(object);
        self.int_in(object, exit)
    }

    fn int_in(&mut self, object: lir::Value, exit: Exit) -> lir::Value {
        let tag = self.b.load(Type::I64, object, layout::INT_TAG as i32, Access::class(class::BODY));
        let limit = self.b.i64(2 << 3);
        let short = self.b.icmp(IntCond::Ult, tag, limit);
        let (one, long, on) = (self.b.block(), self.b.block(), self.b.block());
        let result = self.b.block_param(on, Type::I64);
        self.b.branch(short, (one, &[]), (long, &[]), Likely::Yes);
        self.b.switch_to(one);
        let digit = self.b.load(Type::I32, object, layout::INT_DIGITS as i32, Access::class(class::BODY));
        let (three, unit) = (self.b.i64(3), self.b.i64(1));
        let sign = self.b.and(tag, three);
        let sign = self.b.sub(unit, sign);
        let digit = self.b.zext(digit, Type::I64);
        let value = self.b.mul(digit, sign);
        self.b.jump(on, &[value]);
        self.b.switch_to(long);
        let callee = self.helper(Helper::LongInt);
        let (value, fits) = self.b.call_two(callee, &[object], (Type::I64, Type::I64), Effects::READS.cold());
        let zero = self.b.i64(0);
        let fits = self.b.icmp(IntCond::Ne, fits, zero);
        self.guard(fits, exit);
        self.b.jump(on, &[value]);
        self.b.switch_to(on);
        result
    }

    fn unbox_if_full(&mut self, r: i32, kind: Kind, exit: Exit) -> lir::Value {
        let (word, empty) = (self.read(r), self.b.i64(0));
        let (full, on) = (self.b.block(), self.b.block());
        let (result, zero) = match kind {
            Kind::Float => (self.b.block_param(on, Type::F64), self.b.f64(0.0)),
            Kind::Bool => (self.b.block_param(on, Type::I1), self.b.i1(false)),
            Kind::Int | Kind::Object => (self.b.block_param(on, Type::I64), self.b.i64(0)),
        };
        let is_full = self.b.icmp(IntCond::Ne, word, empty);
        self.b.branch(is_full, (full, &[]), (on, &[zero]), Likely::Unknown);
        self.b.switch_to(full);
        let object = self.object_of(word);
        let fits = self.is_of(object, kind.class());
        self.guard(fits, exit);
        let value = match kind {
            Kind::Float => self.b.load(Type::F64, object, layout::FLOAT_VALUE as i32, Access::class(class::BODY)),
            Kind::Bool => {
                let truth = self.b.address_of(runtime::word(Word::True) & !1);
                self.b.icmp(IntCond::Eq, object, truth)
            }
            Kind::Int | Kind::Object => self.int_in(object, exit),
        };
        self.b.jump(on, &[value]);
        self.b.switch_to(on);
        result
    }

    fn unbox_number(&mut self, object: Value, exit: Exit) -> lir::Value {
        let address = self.value(object);
        let (float, other, on) = (self.b.block(), self.b.block(), self.b.block());
        let result = self.b.block_param(on, Type::F64);
        let is_float = self.is_of(address, Class::Float);
        self.b.branch(is_float, (float, &[]), (other, &[]), Likely::Yes);
        self.b.switch_to(float);
        let value = self.field(Type::F64, object, layout::FLOAT_VALUE);
        self.b.jump(on, &[value]);
        self.b.switch_to(other);
        let is_int = self.is_of(address, Class::Int);
        self.guard(is_int, exit);
        let int = self.unbox_int(object, exit);
        let value = self.exact_float(int, exit);
        self.b.jump(on, &[value]);
        self.b.switch_to(on);
        result
    }

    fn item(&mut self, object: lir::Value, known: Class, index: lir::Value) -> lir::Value {
        let slot = if known == Class::Tuple {
            self.b.indexed(object, index, 8, layout::TUPLE_ITEMS as i64)
        } else {
            let items = self.b.load(Type::Ptr, object, layout::LIST_ITEMS as i32, Access::class(class::BODY));
            self.b.indexed(items, index, 8, 0)
        };
        self.b.load(Type::Ptr, slot, 0, Access::class(class::BODY))
    }

    fn range_next(&mut self, iter: Value) -> lir::Value {
        let next = self.field(Type::I64, iter, layout::RANGE_NEXT);
        let step = self.field(Type::I64, iter, layout::RANGE_STEP);
        let left = self.field(Type::I64, iter, layout::RANGE_LEFT);
        let (one, after) = (self.b.i64(1), self.b.add(next, step));
        let left = self.b.sub(left, one);
        self.set_field(iter, layout::RANGE_NEXT, after);
        self.set_field(iter, layout::RANGE_LEFT, left);
        next
    }

    /// Where an iterator keeps its place and what it goes over.
    fn iter_fields(known: Class) -> (usize, usize, Class) {
        match known {
            Class::ListIter => (layout::LIST_ITER_NEXT, layout::LIST_ITER_LIST, Class::List),
            _ => (layout::TUPLE_ITER_NEXT, layout::TUPLE_ITER_TUPLE, Class::Tuple),
        }
    }

    fn iter_more(&mut self, iter: Value, known: Class) -> lir::Value {
        let (place, over, items) = Self::iter_fields(known);
        let over = self.field(Type::Ptr, iter, over);
        let (some, on) = (self.b.block(), self.b.block());
        let result = self.b.block_param(on, Type::I1);
        let (null, none) = (self.b.null(), self.b.i1(false));
        let is_there = self.b.icmp(IntCond::Ne, over, null);
        self.b.branch(is_there, (some, &[]), (on, &[none]), Likely::Yes);
        self.b.switch_to(some);
        let index = self.field(Type::I64, iter, place);
        let len = self.b.load(Type::I64, over, layout::LEN as i32, Access::class(class::BODY));
        let mut more = self.b.icmp(IntCond::Ult, index, len);
        if items == Class::List {
            let mine = self.is_mine(over);
            more = self.b.and(more, mine);
        }
        self.b.jump(on, &[more]);
        self.b.switch_to(on);
        result
    }

    fn iter_ended(&mut self, iter: Value, known: Class) -> lir::Value {
        let (place, over, items) = Self::iter_fields(known);
        let over = self.field(Type::Ptr, iter, over);
        let (some, on) = (self.b.block(), self.b.block());
        let result = self.b.block_param(on, Type::I1);
        let (null, yes) = (self.b.null(), self.b.i1(true));
        let is_there = self.b.icmp(IntCond::Ne, over, null);
        self.b.branch(is_there, (some, &[]), (on, &[yes]), Likely::Yes);
        self.b.switch_to(some);
        let index = self.field(Type::I64, iter, place);
        let len = self.b.load(Type::I64, over, layout::LEN as i32, Access::class(class::BODY));
        let mut ended = self.b.icmp(IntCond::Uge, index, len);
        if items == Class::List {
            let mine = self.is_mine(over);
            ended = self.b.and(ended, mine);
        }
        let iter = self.value(iter);
        let count = self.b.load(Type::I32, iter, layout::COUNT as i32, Access::class(class::COUNT));
        let one = self.b.i32(1);
        let alone = self.b.icmp(IntCond::Eq, count, one);
        let ended = self.b.and(ended, alone);
        self.b.jump(on, &[ended]);
        self.b.switch_to(on);
        result
    }

    fn iter_next(&mut self, iter: Value, known: Class) -> lir::Value {
        let (place, over, items) = Self::iter_fields(known);
        let over = self.field(Type::Ptr, iter, over);
        let index = self.field(Type::I64, iter, place);
        let item = self.item(over, items, index);
        let one = self.b.i64(1);
        let after = self.b.add(index, one);
        self.set_field(iter, place, after);
        item
    }
}
