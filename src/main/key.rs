//! The key the program was started with, and getting it out of the environment, which every child would inherit and
//! every other program of the same user can read.

use std::io::{self, Read as _};

use mouthpiece::error::Result;
use mouthpiece::secrets::{ApiKey, Source, VARIABLE};

/// More than any key has.
const MAX_BYTES: u64 = 4096;

/// The key this start was given, if any.
///
/// # Errors
/// When it can't be a key.
pub fn given(on_stdin: bool) -> Result<Option<ApiKey>> {
    if !on_stdin {
        return ApiKey::from_environment();
    }
    let mut text = String::new();
    if io::stdin().take(MAX_BYTES).read_to_string(&mut text).is_err() {
        // Bytes that are no text are no key either; the sign is one `new` refuses.
        text = '\u{FFFD}'.to_string();
    }
    ApiKey::new(&text, Source::Environment).map(Some)
}

/// Starts this program over in the same process, with the key in a pipe instead of its environment. Returns only
/// when there is nothing to do, or when it can't be done: then the key is kept from children one by one.
#[cfg(unix)]
pub fn leave_environment(key: Option<&ApiKey>) {
    use std::os::unix::process::CommandExt as _;

    use secrecy::ExposeSecret as _;

    if std::env::var_os(VARIABLE).is_none() {
        return;
    }
    let again = || -> io::Result<std::process::Command> {
        let mut command = mouthpiece::runtime::child(std::env::current_exe()?);
        if let Some(key) = key {
            let (reader, mut writer) = io::pipe()?;
            // A pipe holds many times this, so writing does not wait for a reader.
            io::Write::write_all(&mut writer, key.secret().expose_secret().as_bytes())?;
            command.arg("--key-on-stdin").stdin(reader);
        }
        command.args(std::env::args_os().skip(1));
        Ok(command)
    };
    let error = again().map_or_else(|error| error, |mut command| command.exec());
    tracing::debug!("the key stays in the environment: {error}");
}

/// Only Unix can do this; elsewhere the key is kept from children one by one.
#[cfg(not(unix))]
pub fn leave_environment(_key: Option<&ApiKey>) {
    let _ = VARIABLE;
}
