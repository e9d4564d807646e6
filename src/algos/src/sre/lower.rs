//! From `re._compiler`'s code to a program. The layout of the code is described where each word is read.

use super::class::{CATEGORIES, Case, Class, Item};
use super::run::passes_in;
use super::{At, Branch, Fold, Hint, InvalidCode, Op, Program, Seek, Test};

/// The compiler's numbers of operations.
mod code {
    pub const FAILURE: u32 = 0;
    pub const SUCCESS: u32 = 1;
    pub const ANY: u32 = 2;
    pub const ANY_ALL: u32 = 3;
    pub const ASSERT: u32 = 4;
    pub const ASSERT_NOT: u32 = 5;
    pub const AT: u32 = 6;
    pub const BRANCH: u32 = 7;
    pub const CATEGORY: u32 = 8;
    pub const CHARSET: u32 = 9;
    pub const BIGCHARSET: u32 = 10;
    pub const GROUPREF: u32 = 11;
    pub const GROUPREF_EXISTS: u32 = 12;
    pub const IN: u32 = 13;
    pub const INFO: u32 = 14;
    pub const JUMP: u32 = 15;
    pub const LITERAL: u32 = 16;
    pub const MARK: u32 = 17;
    pub const MAX_UNTIL: u32 = 18;
    pub const MIN_UNTIL: u32 = 19;
    pub const NOT_LITERAL: u32 = 20;
    pub const NEGATE: u32 = 21;
    pub const RANGE: u32 = 22;
    pub const REPEAT: u32 = 23;
    pub const REPEAT_ONE: u32 = 24;
    pub const MIN_REPEAT_ONE: u32 = 26;
    pub const ATOMIC_GROUP: u32 = 27;
    pub const POSSESSIVE_REPEAT: u32 = 28;
    pub const POSSESSIVE_REPEAT_ONE: u32 = 29;
    pub const GROUPREF_IGNORE: u32 = 30;
    pub const IN_IGNORE: u32 = 31;
    pub const LITERAL_IGNORE: u32 = 32;
    pub const NOT_LITERAL_IGNORE: u32 = 33;
    pub const GROUPREF_LOC_IGNORE: u32 = 34;
    pub const IN_LOC_IGNORE: u32 = 35;
    pub const LITERAL_LOC_IGNORE: u32 = 36;
    pub const NOT_LITERAL_LOC_IGNORE: u32 = 37;
    pub const GROUPREF_UNI_IGNORE: u32 = 38;
    pub const IN_UNI_IGNORE: u32 = 39;
    pub const LITERAL_UNI_IGNORE: u32 = 40;
    pub const NOT_LITERAL_UNI_IGNORE: u32 = 41;
    pub const RANGE_UNI_IGNORE: u32 = 42;
}

type Lowered<T> = Result<T, InvalidCode>;

/// Parts of patterns nest no deeper than this: the compiler itself recurses.
const MAX_DEPTH: usize = 2000;

struct Lower<'c> {
    code: &'c [u32],
    groups: usize,
    depth: usize,
    ops: Vec<Op>,
    classes: Vec<Class>,
    branches: Vec<Branch>,
    literals: Vec<u32>,
    /// Literals before this operation may not be joined with it: something jumps here.
    fence: usize,
}

pub(super) fn lower(code: &[u32], groups: usize) -> Lowered<Program> {
    let mut lower = Lower {
        code,
        groups,
        depth: 0,
        ops: Vec::new(),
        classes: Vec::new(),
        branches: Vec::new(),
        literals: Vec::new(),
        fence: 0,
    };
    let mut at = 0;
    let mut min_width = 0;
    let mut charset = None;
    let mut prefix = None;
    if code.first() == Some(&code::INFO) {
        // INFO skip flags min max, then the prefix (length, skip, characters, overlaps) or a set.
        let end = lower.target(1, 1)?;
        let flags = lower.word(2)?;
        min_width = lower.word(3)? as usize;
        if flags & 1 != 0 {
            let len = lower.word(5)? as usize;
            let characters = code.get(7..7usize.saturating_add(len)).ok_or(InvalidCode)?;
            prefix = Some(characters.to_vec());
        } else if flags & 4 != 0 {
            let (items, _) = lower.items(5)?;
            charset = Some(lower.class(items, Case::Exact));
        }
        at = end;
    }
    let end = lower.sequence(at, code.len())?;
    // The pattern ends with one SUCCESS, and nothing is behind it.
    if end + 1 != code.len() || code[end] != code::SUCCESS {
        return Err(InvalidCode);
    }
    lower.ops.push(Op::Success);
    // Positions and marks take no characters, so the first operation behind them says how a match begins.
    let first = lower.ops.iter().find(|op| !matches!(op, Op::Mark(_) | Op::At(_)));
    let seek = match (lower.ops.iter().find(|op| !matches!(op, Op::Mark(_))), prefix, first) {
        (Some(Op::At(At::Beginning)), ..) => Seek::Beginning,
        (_, Some(characters), _) if !characters.is_empty() => {
            let start = lower.literals.len() as u32;
            lower.literals.extend_from_slice(&characters);
            Seek::Literal { start, len: characters.len() as u32 }
        }
        (.., Some(&Op::Literal { start, len })) => Seek::Literal { start, len },
        _ => {
            let mut tests = Vec::new();
            match lower.first(0, 0, &mut tests) {
                true => lower.any_of(tests),
                false => charset.map_or(Seek::All, Seek::Test),
            }
        }
    };
    let hints = lower.hints();
    let Lower { ops, classes, branches, literals, .. } = lower;
    Ok(Program { ops, classes, branches, literals, hints, groups, seek, min_width })
}

impl Lower<'_> {
    fn word(&self, at: usize) -> Lowered<u32> {
        self.code.get(at).copied().ok_or(InvalidCode)
    }

    /// Where the skip at `at` leads: it counts from itself, and forwards by `least` words or more.
    fn target(&self, at: usize, least: usize) -> Lowered<usize> {
        let skip = self.word(at)? as usize;
        let target = at.checked_add(skip).ok_or(InvalidCode)?;
        if skip >= least && target <= self.code.len() { Ok(target) } else { Err(InvalidCode) }
    }

    fn class(&mut self, items: Vec<Item>, case: Case) -> Test {
        self.classes.push(Class::new(items, case));
        Test::Class(self.classes.len() as u32 - 1)
    }

    /// The items of a set up to its FAILURE, and the position behind that.
    fn items(&self, mut at: usize) -> Lowered<(Vec<Item>, usize)> {
        let mut items = Vec::new();
        loop {
            let op = self.word(at)?;
            at += 1;
            items.push(match op {
                code::FAILURE => return Ok((items, at)),
                code::NEGATE => Item::Negate,
                code::LITERAL => {
                    at += 1;
                    Item::Is(self.word(at - 1)?)
                }
                code::RANGE | code::RANGE_UNI_IGNORE => {
                    let (low, high) = (self.word(at)?, self.word(at + 1)?);
                    at += 2;
                    if op == code::RANGE { Item::Range(low, high) } else { Item::RangeIgnoringCase(low, high) }
                }
                code::CATEGORY => {
                    let category = self.word(at)?;
                    if category >= CATEGORIES {
                        return Err(InvalidCode);
                    }
                    at += 1;
                    Item::Category(category)
                }
                code::CHARSET => {
                    let words = self.code.get(at..at + 8).ok_or(InvalidCode)?;
                    at += 8;
                    Item::Map(core::array::from_fn(|i| words[i]))
                }
                code::BIGCHARSET => {
                    let count = self.word(at)? as usize;
                    let index = self.code.get(at + 1..at + 65).ok_or(InvalidCode)?;
                    at += 65;
                    // Four numbers in a word, as they lie in memory.
                    let index: [u8; 256] = core::array::from_fn(|i| index[i / 4].to_ne_bytes()[i % 4]);
                    let len = count.checked_mul(8).ok_or(InvalidCode)?;
                    let blocks = self.code.get(at..at.saturating_add(len)).ok_or(InvalidCode)?;
                    at += len;
                    if index.iter().any(|&b| usize::from(b) >= count) {
                        return Err(InvalidCode);
                    }
                    Item::BigMap(Box::new(index), blocks.into())
                }
                _ => return Err(InvalidCode),
            });
        }
    }

    /// A test of one character at `at`, and the position behind it; `None` when something else is there.
    fn test(&mut self, at: usize) -> Lowered<Option<(Test, usize)>> {
        let op = self.word(at)?;
        let literal = |lower: &mut Self, case: Case, negate: bool| -> Lowered<(Test, usize)> {
            let c = lower.word(at + 1)?;
            // The compiler has put the literal into lower case, except where there is none.
            let mut items = vec![Item::Is(c)];
            if negate {
                items.insert(0, Item::Negate);
            }
            if case == Case::Locale {
                // Here it is the literal itself that may be of either case.
                items.push(Item::Is(super::ascii_lower(c)));
                if c < 128 {
                    items.push(Item::Is(u32::from((c as u8).to_ascii_uppercase())));
                }
                return Ok((lower.class(items, Case::Exact), at + 2));
            }
            Ok((lower.class(items, case), at + 2))
        };
        Ok(Some(match op {
            code::ANY => (Test::NotNewline, at + 1),
            code::ANY_ALL => (Test::Anything, at + 1),
            code::LITERAL => (Test::Is(self.word(at + 1)?), at + 2),
            code::NOT_LITERAL => (Test::IsNot(self.word(at + 1)?), at + 2),
            code::LITERAL_IGNORE => literal(self, Case::LowerAscii, false)?,
            code::NOT_LITERAL_IGNORE => literal(self, Case::LowerAscii, true)?,
            code::LITERAL_UNI_IGNORE => literal(self, Case::LowerUnicode, false)?,
            code::NOT_LITERAL_UNI_IGNORE => literal(self, Case::LowerUnicode, true)?,
            code::LITERAL_LOC_IGNORE => literal(self, Case::Locale, false)?,
            code::NOT_LITERAL_LOC_IGNORE => literal(self, Case::Locale, true)?,
            code::CATEGORY => {
                let category = self.word(at + 1)?;
                if category >= CATEGORIES {
                    return Err(InvalidCode);
                }
                (self.class(vec![Item::Category(category)], Case::Exact), at + 2)
            }
            code::IN | code::IN_IGNORE | code::IN_UNI_IGNORE | code::IN_LOC_IGNORE => {
                let case = match op {
                    code::IN => Case::Exact,
                    code::IN_IGNORE => Case::LowerAscii,
                    code::IN_UNI_IGNORE => Case::LowerUnicode,
                    _ => Case::Locale,
                };
                // IN skip set
                let end = self.target(at + 1, 2)?;
                let (items, behind) = self.items(at + 2)?;
                if behind != end {
                    return Err(InvalidCode);
                }
                (self.class(items, case), end)
            }
            _ => return Ok(None),
        }))
    }

    /// Collects what the first character of a match from an operation on must pass one of; false when it may take none, or when
    /// that is hard to tell.
    fn first(&self, pc: usize, depth: usize, tests: &mut Vec<Test>) -> bool {
        if depth > 16 || tests.len() > 12 {
            return false;
        }
        let again = |pc: usize, tests: &mut Vec<Test>| self.first(pc, depth + 1, tests);
        match self.ops[pc] {
            Op::Test(test) => {
                tests.push(test);
                true
            }
            Op::Literal { start, .. } => {
                tests.push(Test::Is(self.literals[start as usize]));
                true
            }
            Op::Greedy { test, min, .. } | Op::Lazy { test, min, .. } | Op::Possessive { test, min, .. } => {
                tests.push(test);
                min > 0 || again(pc + 1, tests)
            }
            Op::Mark(_) | Op::At(_) | Op::Atomic | Op::AtomicEnd => again(pc + 1, tests),
            Op::Jump(target) => again(target as usize, tests),
            Op::Branch { start, len } => {
                self.branches[start as usize..(start + len) as usize].iter().all(|way| again(way.target as usize, tests))
            }
            Op::Repeat { until } => match self.ops[until as usize] {
                Op::MaxUntil { body, min, .. } | Op::MinUntil { body, min, .. } => {
                    again(body as usize, tests) && (min > 0 || again(until as usize + 1, tests))
                }
                _ => false,
            },
            Op::PossessiveRepeat { min, max, tail } => {
                max > 0 && again(pc + 1, tests) && (min > 0 || again(tail as usize, tests))
            }
            // Another round, or what is behind.
            Op::MaxUntil { body, .. } | Op::MinUntil { body, .. } => again(body as usize, tests) && again(pc + 1, tests),
            Op::PossessiveEnd { start } => match self.ops[start as usize] {
                Op::PossessiveRepeat { tail, .. } => again(start as usize + 1, tests) && again(tail as usize, tests),
                _ => false,
            },
            _ => false,
        }
    }

    fn hints(&mut self) -> Vec<Hint> {
        let mut hints = Vec::new();
        for pc in 0..self.ops.len() {
            let (Op::Greedy { test, .. } | Op::Lazy { test, .. }) = self.ops[pc] else {
                continue;
            };
            let mut next = pc + 1;
            while let Op::Mark(_) = self.ops[next] {
                next += 1;
            }
            let mut found = Hint {
                next: match self.ops[next] {
                    Op::Test(Test::Is(c)) => Some(c),
                    Op::Literal { start, .. } => Some(self.literals[start as usize]),
                    _ => None,
                },
                ..Hint::default()
            };
            let mut tests = Vec::new();
            if self.first(pc + 1, 0, &mut tests) {
                let clash =
                    |cp: u32| passes_in(&self.classes, test, cp) && tests.iter().any(|&t| passes_in(&self.classes, t, cp));
                found.settled_low = !(0..256).any(clash);
                found.settled = found.settled_low && tests.iter().all(|&t| self.high_disjoint(test, t));
            }
            if let Op::Greedy { hint, .. } | Op::Lazy { hint, .. } = &mut self.ops[pc] {
                *hint = hints.len() as u32;
            }
            hints.push(found);
        }
        hints
    }

    /// Whether two tests have nothing in common from 256 on; false when that is hard to tell.
    fn high_disjoint(&self, a: Test, b: Test) -> bool {
        let empty = |test| match test {
            Test::Is(c) => c < 256,
            Test::Class(class) => self.classes[class as usize].high_empty(),
            _ => false,
        };
        match (a, b) {
            _ if empty(a) || empty(b) => true,
            (Test::Is(c), other) | (other, Test::Is(c)) => !passes_in(&self.classes, other, c),
            (Test::Class(a), Test::Class(b)) => self.classes[a as usize].high_disjoint(&self.classes[b as usize]),
            _ => false,
        }
    }

    fn any_of(&self, mut tests: Vec<Test>) -> Seek {
        tests.dedup();
        if tests.contains(&Test::Anything) {
            return Seek::All;
        }
        if let [test] = tests[..] {
            return Seek::Test(test);
        }
        let mut low = [0; 4];
        for cp in 0..256u32 {
            if tests.iter().any(|&test| passes_in(&self.classes, test, cp)) {
                low[(cp / 64) as usize] |= 1 << (cp % 64);
            }
        }
        tests.retain(|test| !matches!(test, Test::Is(0..256)));
        Seek::Any { low, high: tests }
    }

    fn here(&self) -> u32 {
        self.ops.len() as u32
    }

    /// The position of the next operation, to which something may jump.
    fn label(&mut self) -> u32 {
        self.fence = self.ops.len();
        self.here()
    }

    fn push_test(&mut self, test: Test) {
        let Test::Is(c) = test else {
            self.ops.push(Op::Test(test));
            return;
        };
        // Runs of literals become strings.
        let fence = self.fence;
        if self.ops.len() > fence
            && let Some(last) = self.ops.last_mut()
        {
            match last {
                Op::Test(Test::Is(first)) => {
                    let start = self.literals.len() as u32;
                    self.literals.extend_from_slice(&[*first, c]);
                    *last = Op::Literal { start, len: 2 };
                    return;
                }
                Op::Literal { len, .. } => {
                    self.literals.push(c);
                    *len += 1;
                    return;
                }
                _ => {}
            }
        }
        self.ops.push(Op::Test(test));
    }

    /// Lowers a body that must end exactly before the operation `terminator` at `end - 1`.
    fn body(&mut self, start: usize, end: usize, terminator: u32) -> Lowered<()> {
        let stop = self.sequence(start, end)?;
        if stop + 1 == end && self.word(stop)? == terminator { Ok(()) } else { Err(InvalidCode) }
    }

    fn group(&self, at: usize) -> Lowered<u32> {
        let group = self.word(at)?;
        if (group as usize) < self.groups { Ok(group) } else { Err(InvalidCode) }
    }

    /// Lowers operations up to one that ends a part of a pattern, whose position comes back, or to `end`.
    fn sequence(&mut self, at: usize, end: usize) -> Lowered<usize> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(InvalidCode);
        }
        let mut at = at;
        while at < end {
            let op = self.word(at)?;
            if matches!(op, code::SUCCESS | code::MAX_UNTIL | code::MIN_UNTIL | code::JUMP) {
                break;
            }
            at = match self.test(at)? {
                Some((test, behind)) => {
                    self.push_test(test);
                    behind
                }
                None => self.operation(op, at, end)?,
            };
        }
        self.depth -= 1;
        Ok(at)
    }

    fn repeat_one(&mut self, op: u32, at: usize) -> Lowered<usize> {
        // op skip min max item SUCCESS
        let tail = self.target(at + 1, 4)?;
        let (min, max) = self.bounds(at + 2)?;
        let (test, behind) = self.test(at + 4)?.ok_or(InvalidCode)?;
        if behind + 1 != tail || self.word(behind)? != code::SUCCESS {
            return Err(InvalidCode);
        }
        self.ops.push(match op {
            code::REPEAT_ONE => Op::Greedy { test, min, max, hint: 0 },
            code::MIN_REPEAT_ONE => Op::Lazy { test, min, max, hint: 0 },
            _ => Op::Possessive { test, min, max },
        });
        Ok(tail)
    }

    fn bounds(&self, at: usize) -> Lowered<(u32, u32)> {
        let (min, max) = (self.word(at)?, self.word(at + 1)?);
        if min <= max { Ok((min, max)) } else { Err(InvalidCode) }
    }

    fn operation(&mut self, op: u32, at: usize, end: usize) -> Lowered<usize> {
        match op {
            code::FAILURE => {
                self.ops.push(Op::Fail);
                Ok(at + 1)
            }
            code::AT => {
                self.ops.push(Op::At(match self.word(at + 1)? {
                    0 | 2 => At::Beginning,
                    1 => At::BeginningLine,
                    3 | 8 => At::Boundary { expected: true, unicode: false },
                    4 | 9 => At::Boundary { expected: false, unicode: false },
                    5 => At::End,
                    6 => At::EndLine,
                    7 => At::EndString,
                    10 => At::Boundary { expected: true, unicode: true },
                    11 => At::Boundary { expected: false, unicode: true },
                    _ => return Err(InvalidCode),
                }));
                Ok(at + 2)
            }
            code::MARK => {
                let mark = self.word(at + 1)?;
                if mark as usize >= 2 * self.groups {
                    return Err(InvalidCode);
                }
                self.ops.push(Op::Mark(mark));
                Ok(at + 2)
            }
            code::REPEAT_ONE | code::MIN_REPEAT_ONE | code::POSSESSIVE_REPEAT_ONE => self.repeat_one(op, at),
            code::BRANCH => self.branch(at, end),
            code::REPEAT => {
                // REPEAT skip min max body UNTIL
                let until = self.target(at + 1, 3)?;
                let (min, max) = self.bounds(at + 2)?;
                let kind = self.word(until)?;
                let start = self.ops.len();
                self.ops.push(Op::Repeat { until: 0 });
                let body = self.label();
                let stop = self.sequence(at + 4, until)?;
                if stop != until {
                    return Err(InvalidCode);
                }
                let position = self.label();
                self.ops.push(match kind {
                    code::MAX_UNTIL => Op::MaxUntil { body, min, max },
                    code::MIN_UNTIL => Op::MinUntil { body, min, max },
                    _ => return Err(InvalidCode),
                });
                self.ops[start] = Op::Repeat { until: position };
                Ok(until + 1)
            }
            code::POSSESSIVE_REPEAT => {
                // POSSESSIVE_REPEAT skip min max body SUCCESS; unlike in other operations the skip leads to the SUCCESS.
                let tail = self.target(at + 1, 3)? + 1;
                let (min, max) = self.bounds(at + 2)?;
                let start = self.label();
                self.ops.push(Op::PossessiveRepeat { min, max, tail: 0 });
                self.label();
                self.body(at + 4, tail, code::SUCCESS)?;
                self.ops.push(Op::PossessiveEnd { start });
                let next = self.label();
                self.ops[start as usize] = Op::PossessiveRepeat { min, max, tail: next };
                Ok(tail)
            }
            code::ATOMIC_GROUP => {
                // ATOMIC_GROUP skip body SUCCESS
                let tail = self.target(at + 1, 2)?;
                self.ops.push(Op::Atomic);
                self.body(at + 2, tail, code::SUCCESS)?;
                self.ops.push(Op::AtomicEnd);
                Ok(tail)
            }
            code::ASSERT | code::ASSERT_NOT => {
                // ASSERT skip back body SUCCESS
                let tail = self.target(at + 1, 3)?;
                let back = self.word(at + 2)?;
                let start = self.ops.len();
                self.ops.push(Op::Assert { back });
                self.body(at + 3, tail, code::SUCCESS)?;
                if op == code::ASSERT {
                    self.ops.push(Op::AssertEnd);
                } else {
                    self.ops.push(Op::AssertNotEnd);
                    let next = self.label();
                    self.ops[start] = Op::AssertNot { back, next };
                }
                Ok(tail)
            }
            code::GROUPREF | code::GROUPREF_IGNORE | code::GROUPREF_LOC_IGNORE | code::GROUPREF_UNI_IGNORE => {
                let fold = match op {
                    code::GROUPREF => Fold::None,
                    code::GROUPREF_UNI_IGNORE => Fold::Unicode,
                    _ => Fold::Ascii,
                };
                let group = self.group(at + 1)?;
                self.ops.push(Op::GroupRef { group, fold });
                Ok(at + 2)
            }
            code::GROUPREF_EXISTS => self.conditional(at),
            code::INFO => self.target(at + 1, 1),
            _ => Err(InvalidCode),
        }
    }

    /// BRANCH, then for each way: skip code JUMP offset; and a skip of 0 at the end.
    fn branch(&mut self, at: usize, end: usize) -> Lowered<usize> {
        let mut ways = Vec::new();
        let mut jumps = Vec::new();
        let start = self.ops.len();
        self.ops.push(Op::Fail);
        let mut at = at + 1;
        let mut tail = None;
        while self.word(at)? != 0 {
            let next = self.target(at, 3)?;
            let target = self.label();
            let stop = self.sequence(at + 1, next)?;
            if stop + 2 != next || self.word(stop)? != code::JUMP {
                return Err(InvalidCode);
            }
            let leads = self.target(stop + 1, 1)?;
            if *tail.get_or_insert(leads) != leads {
                return Err(InvalidCode);
            }
            jumps.push(self.ops.len());
            self.ops.push(Op::Jump(0));
            let first = match self.ops[target as usize] {
                Op::Test(test) => Some(test),
                Op::Literal { start, .. } => Some(Test::Is(self.literals[start as usize])),
                Op::Greedy { test, min, .. } | Op::Lazy { test, min, .. } | Op::Possessive { test, min, .. } if min > 0 => {
                    Some(test)
                }
                _ => None,
            };
            ways.push(Branch { target, first });
            at = next;
        }
        let behind = at + 1;
        if behind > end || tail.is_some_and(|t| t != behind) {
            return Err(InvalidCode);
        }
        let next = self.label();
        for jump in jumps {
            self.ops[jump] = Op::Jump(next);
        }
        self.ops[start] = Op::Branch { start: self.branches.len() as u32, len: ways.len() as u32 };
        self.branches.extend(ways);
        Ok(behind)
    }

    /// GROUPREF_EXISTS group skip yes JUMP offset no, or without the jump and the second part. The skip counts from the group.
    fn conditional(&mut self, at: usize) -> Lowered<usize> {
        let group = self.group(at + 1)?;
        let skip = self.word(at + 2)? as usize;
        let otherwise = (at + 1).checked_add(skip).filter(|&o| o >= at + 3 && o <= self.code.len()).ok_or(InvalidCode)?;
        let start = self.ops.len();
        self.ops.push(Op::Fail);
        // With a second part, the last two words of the first one jump over it.
        let stop = self.sequence(at + 3, otherwise)?;
        if stop == otherwise {
            let next = self.label();
            self.ops[start] = Op::GroupExists { group, otherwise: next };
            return Ok(otherwise);
        }
        if stop + 2 != otherwise || self.word(stop)? != code::JUMP {
            return Err(InvalidCode);
        }
        let tail = self.target(stop + 1, 1)?;
        let jump = self.ops.len();
        self.ops.push(Op::Jump(0));
        let second = self.label();
        if self.sequence(otherwise, tail)? != tail {
            return Err(InvalidCode);
        }
        let next = self.label();
        self.ops[jump] = Op::Jump(next);
        self.ops[start] = Op::GroupExists { group, otherwise: second };
        Ok(tail)
    }
}
