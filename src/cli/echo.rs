//! A line that is typed without being shown, and a terminal that is put back as it was, also when the question is left.

use std::io::Write as _;

use super::background::Background;

/// Asks for a line that is not shown as it is typed. Ctrl+C ends the program, and leaves the terminal as it was.
///
/// # Errors
/// Those of the terminal.
#[cfg(unix)]
pub fn ask_hidden(background: &Background, question: &str) -> std::io::Result<String> {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
    let stdin = std::io::stdin();
    let before = tcgetattr(&stdin)?;
    let mut hidden = before.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    let restore = move || {
        // A terminal that is gone needs nothing.
        tcsetattr(std::io::stdin(), OptionalActions::Now, &before).ok();
        drop(writeln!(std::io::stderr()));
    };
    let left = restore.clone();
    let _signals = background.listen_once(left);
    // Before the question: what is typed at once is not shown either.
    tcsetattr(&stdin, OptionalActions::Now, &hidden)?;
    let mut line = String::new();
    let mut terminal = std::io::stderr();
    let asked = write!(terminal, "{question}").and_then(|()| terminal.flush());
    let read = asked.and_then(|()| stdin.read_line(&mut line));
    restore();
    read.map(|_| line)
}

/// The same where consoles take care of it themselves.
///
/// # Errors
/// Those of the console.
#[cfg(not(unix))]
pub fn ask_hidden(background: &Background, question: &str) -> std::io::Result<String> {
    let _signals = background.listen_once(|| drop(writeln!(std::io::stderr())));
    let terminal = console::Term::stderr();
    terminal.write_str(question)?;
    terminal.flush()?;
    terminal.read_secure_line()
}
