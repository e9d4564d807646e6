//! The names by which futures, tasks and event loops call each other.

use objects::str::Name;

macro_rules! names {
    ($($name:ident)*) => {$(
        #[allow(non_upper_case_globals, reason = "named as what it holds")]
        pub static $name: Name = Name::new(stringify!($name));
    )*};
}

names! {
    add_done_callback call_exception_handler call_soon cancel context done get_debug get_event_loop get_loop is_running msg result throw
    _asyncio_future_blocking _loop
}
