//! The `hindsite` command: turns the library's result into an exit code, and does nothing else.

use std::process::ExitCode;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    hindsite::cli::run(std::env::args_os())
}
