//! Starting other programs. This is the only place that makes a command, so that none of them is handed the API key.

use std::ffi::OsStr;
use std::process::Command;

use crate::secrets::VARIABLE;

/// A command that runs `program`: without the API key in its environment, and without a console window of its own.
pub fn child(program: impl AsRef<OsStr>) -> Command {
    clean(Command::new(program))
}

/// The same for a command made elsewhere.
pub fn clean(mut command: Command) -> Command {
    command.env_remove(VARIABLE);
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt as _;
        const CREATE_NO_WINDOW: u32 = 0x0800_0000;
        command.creation_flags(CREATE_NO_WINDOW);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_taken_out_of_the_environment_also_when_it_was_put_in() {
        for command in [
            child("tool"),
            clean({
                let mut command = child("tool");
                command.env(VARIABLE, "sk-0123456789");
                command
            }),
        ] {
            let withheld = command.get_envs().any(|(name, value)| name == VARIABLE && value.is_none());
            assert!(withheld, "{command:?}");
        }
    }
}
