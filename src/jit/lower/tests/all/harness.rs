//! Runs a unit three ways: interpreted, compiled by tier 1, compiled by tier 2.
use code::{BackEnd, Loaded, Region};
use lir::door::{Options, Tier};
use lir::eval::{Evaluator, Trap, call_address};
use lir::{Builder, Func, Index, Results, Symbol, Type, Unit, Value};
use std::sync::{Arc, OnceLock};

/// Where outside symbols are, by name.
pub(crate) type Resolve = fn(&str) -> Option<u64>;

pub(crate) fn nothing(_: &str) -> Option<u64> {
    None
}

pub(crate) fn back_end() -> &'static BackEnd {
    static BACK_END: OnceLock<BackEnd> = OnceLock::new();
    BACK_END.get_or_init(|| BackEnd::find().unwrap_or_else(|error| panic!("{error}")))
}

pub(crate) fn region() -> &'static Arc<Region> {
    static REGION: OnceLock<Arc<Region>> = OnceLock::new();
    REGION.get_or_init(|| Region::new(region as *const () as usize, 64 << 20, 32 << 20).unwrap_or_else(|error| panic!("{error}")))
}

pub(crate) fn compile(unit: &Unit, tier: Tier) -> Vec<u8> {
    let options = Options { verify: true, ..Options::tier(tier) };
    back_end().compile(unit, options).unwrap_or_else(|error| panic!("{error}\n{unit}")).object
}

pub(crate) fn load(unit: &Unit, tier: Tier, resolve: Resolve) -> Loaded {
    let address = |symbol: Symbol| resolve(&unit.symbols[symbol].name).map(|address| address as usize);
    region().load(&compile(unit, tier), address).unwrap_or_else(|error| panic!("{error}"))
}

/// A unit in its three forms.
pub(crate) struct Three {
    pub(crate) evaluator: Evaluator,
    pub(crate) tiers: [Loaded; 2],
}

impl Three {
    pub(crate) fn new(unit: Unit, resolve: Resolve) -> Self {
        let tiers = [Tier::One, Tier::Two].map(|tier| load(&unit, tier, resolve));
        let evaluator = Evaluator::new(unit, |_, name| resolve(name)).unwrap_or_else(|error| panic!("{error}"));
        Self { evaluator, tiers }
    }

    pub(crate) fn interpret(&self, func: Func, args: &[u64]) -> Result<[u64; 2], Trap> {
        // SAFETY: rule E1: tests make units that access what their arguments name.
        unsafe { self.evaluator.call(func, args) }
    }

    /// Calls a function as compiled by a tier.
    pub(crate) fn run(&self, tier: usize, func: Func, args: &[u64]) -> [u64; 2] {
        let function = &self.evaluator.unit().functions[func];
        let args = function.params.iter().copied().zip(args.iter().copied());
        // SAFETY: rule E1, and the code was made of this function.
        unsafe { call_address(self.tiers[tier].entry(func) as u64, args, function.results) }
    }

    /// Calls a function in all three forms and returns the result, if it has one: what has none is not run.
    pub(crate) fn same(&self, func: Func, args: &[u64]) -> Option<[u64; 2]> {
        let function = &self.evaluator.unit().functions[func];
        let expected = self.interpret(func, args).ok()?;
        for tier in 0..2 {
            let found = self.run(tier, func, args);
            assert!(
                equal(function.results, expected, found),
                "tier {}: {found:x?}, not {expected:x?}, of {args:x?} by\n{function}",
                tier + 1
            );
        }
        Some(expected)
    }
}

/// Which NaN a result is, is not said.
pub(crate) fn equal(results: Results, left: [u64; 2], right: [u64; 2]) -> bool {
    let nan = |bits: [u64; 2]| f64::from_bits(bits[0]).is_nan();
    left == right || results == Results::One(Type::F64) && nan(left) && nan(right)
}

/// Adds a function with such parameters whose body makes its one result.
pub(crate) fn function(unit: &mut Unit, params: &[Type], result: Type, body: impl FnOnce(&mut Builder<'_>) -> Value) -> Func {
    let func = unit.function(format!("function {}", unit.functions.len()), params, Results::One(result));
    let mut b = Builder::new(unit, func);
    let value = body(&mut b);
    b.ret(&[value]);
    func
}

/// A unit of one function.
pub(crate) fn three(params: &[Type], result: Type, resolve: Resolve, body: impl FnOnce(&mut Builder<'_>) -> Value) -> Three {
    let mut unit = Unit::new("test");
    function(&mut unit, params, result, body);
    Three::new(unit, resolve)
}

pub(crate) const F0: fn() -> Func = || Func::new(0);

/// Bits of a type worth trying.
pub(crate) fn interesting(ty: Type) -> Vec<u64> {
    if ty == Type::F64 {
        let floats =
            [0.0, 1.0, 0.5, 1.5, 2.5, 127.9, 128.0, 2_147_483_648.5, 9.3e18, 1e300, 5e-324, f64::MAX, f64::INFINITY, f64::NAN];
        return floats.iter().flat_map(|float| [float.to_bits(), (-float).to_bits()]).collect();
    }
    let words =
        [0, 1, 2, 3, 7, 31, 33, 63, 0x7f, 0x80, 0x81, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
    let more = [0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, u64::MAX - 1, u64::MAX, 0x1234_5678_9abc_def0];
    let mut all: Vec<u64> = words.iter().chain(&more).map(|bits| bits & ty.mask()).collect();
    all.sort_unstable();
    all.dedup();
    all
}
