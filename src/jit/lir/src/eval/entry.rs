//! Calls from the interpreter to C, and from C to the interpreter.
//!
//! Invariant (rule E2): integer arguments take the integer registers in order and then stack words, floats the float registers, whatever
//! stands between them. With at most eight arguments, a call that fills all six integer registers, eight float registers and two stack
//! words is therefore a call of every signature, and the callee of every signature finds its arguments there.
#![expect(unsafe_code, reason = "calls functions by address")]
use super::Evaluator;
use crate::{Func, MOST_ARGUMENTS, Results, Type};
use std::sync::Arc;

#[repr(C)]
struct Pair(u64, u64);

type Words = unsafe extern "C" fn(u64, u64, u64, u64, u64, u64, f64, f64, f64, f64, f64, f64, f64, f64, u64, u64) -> Pair;
type Floats = unsafe extern "C" fn(u64, u64, u64, u64, u64, u64, f64, f64, f64, f64, f64, f64, f64, f64, u64, u64) -> f64;

/// Calls the C function at an address, with arguments and results as [`Evaluator::call`] has them.
///
/// # Safety
/// Rule E1: it is a function of these types, and may be called with these arguments, eight at most.
pub unsafe fn call_address(address: u64, args: impl Iterator<Item = (Type, u64)>, results: Results) -> [u64; 2] {
    let (mut w, mut f) = ([0; MOST_ARGUMENTS], [0.0; MOST_ARGUMENTS]);
    let (mut words, mut floats) = (0, 0);
    for (ty, bits) in args {
        if ty == Type::F64 {
            f[floats] = f64::from_bits(bits);
            floats += 1;
        } else {
            w[words] = bits;
            words += 1;
        }
    }
    let code: *const () = std::ptr::with_exposed_provenance(address as usize);
    if results == Results::One(Type::F64) {
        // SAFETY: rule E1, and E2 for the arguments that it does not take.
        let function = unsafe { std::mem::transmute::<*const (), Floats>(code) };
        // SAFETY: as above.
        let float =
            unsafe { function(w[0], w[1], w[2], w[3], w[4], w[5], f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], w[6], w[7]) };
        return [float.to_bits(), 0];
    }
    // SAFETY: rule E1, and E2 for the arguments that it does not take and the words that it does not return.
    let function = unsafe { std::mem::transmute::<*const (), Words>(code) };
    // SAFETY: as above.
    let pair =
        unsafe { function(w[0], w[1], w[2], w[3], w[4], w[5], f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], w[6], w[7]) };
    match results {
        Results::None => [0; 2],
        Results::One(ty) => [pair.0 & ty.mask(), 0],
        Results::Pair(..) => [pair.0, pair.1],
    }
}

/// A function of an evaluator, as something that C code can be made to call.
pub struct Bound {
    pub evaluator: Arc<Evaluator>,
    pub func: Func,
}

/// The code that an entry of a bound function jumps to, with the address of its [`Bound`] in the static chain's register (`r10`) and all
/// else as its caller left it. Entries need memory that is executed, so that who owns such memory makes them. None on machines for which
/// nobody has written it.
pub fn entry_point() -> Option<u64> {
    #[cfg(target_arch = "x86_64")]
    let address = Some((inward::enter as *const ()).expose_provenance() as u64);
    #[cfg(not(target_arch = "x86_64"))]
    let address = None;
    address
}

/// From C to the interpreter.
#[cfg(target_arch = "x86_64")]
mod inward {
    use super::Bound;
    use crate::{Results, Type};

    /// What a C function finds when it is called, and leaves when it returns.
    #[repr(C)]
    struct Registers {
        words: [u64; 6],
        floats: [u64; 8],
    }

    /// Keeps the registers that may hold arguments, has [`dispatch`] run the function, and leaves its results where C looks for them.
    #[unsafe(naked)]
    pub(super) unsafe extern "C" fn enter() {
        std::arch::naked_asm!(
            "push rbp",
            "mov rbp, rsp",
            "sub rsp, 112",
            "mov [rsp], rdi",
            "mov [rsp + 8], rsi",
            "mov [rsp + 16], rdx",
            "mov [rsp + 24], rcx",
            "mov [rsp + 32], r8",
            "mov [rsp + 40], r9",
            "movsd [rsp + 48], xmm0",
            "movsd [rsp + 56], xmm1",
            "movsd [rsp + 64], xmm2",
            "movsd [rsp + 72], xmm3",
            "movsd [rsp + 80], xmm4",
            "movsd [rsp + 88], xmm5",
            "movsd [rsp + 96], xmm6",
            "movsd [rsp + 104], xmm7",
            "mov rdi, r10",
            "mov rsi, rsp",
            "lea rdx, [rbp + 16]",
            "call {dispatch}",
            "mov rax, [rsp]",
            "mov rdx, [rsp + 8]",
            "movsd xmm0, [rsp + 48]",
            "leave",
            "ret",
            dispatch = sym dispatch,
        )
    }

    /// Runs a bound function with the arguments of the C call that came in.
    ///
    /// # Safety
    /// Called by [`enter`] alone, which hands on what it found; rule E1 holds for the C call.
    unsafe extern "C" fn dispatch(bound: *const Bound, registers: *mut Registers, stack: *const u64) {
        // SAFETY: who made the entry keeps its `Bound` as long as the entry is called.
        let Bound { evaluator, func } = unsafe { &*bound };
        // SAFETY: `enter` has just made them, for this call.
        let registers = unsafe { &mut *registers };
        let function = &evaluator.unit().functions[*func];
        let (mut words, mut floats) = (0, 0);
        let mut next = |ty: &Type| {
            if *ty == Type::F64 {
                floats += 1;
                return registers.floats[floats - 1];
            }
            words += 1;
            match registers.words.get(words - 1) {
                Some(&word) => word,
                // SAFETY: rule E2: a caller of this signature has left the seventh and eighth integer there.
                None => unsafe { stack.add(words - 1 - registers.words.len()).read() },
            }
        };
        let args: Vec<u64> = function.params.iter().map(&mut next).collect();
        // SAFETY: rule E1 holds for the C call, hence for this one.
        let results = match unsafe { evaluator.call(*func, &args) } {
            Ok(results) => results,
            Err(trap) => panic!("{}: {trap}", function.name),
        };
        match function.results {
            Results::One(Type::F64) => registers.floats[0] = results[0],
            _ => [registers.words[0], registers.words[1]] = results,
        }
    }
}
