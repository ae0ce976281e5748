//! Questions before something can't be taken back: asked on a terminal, agreed to with `--yes` elsewhere.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use super::background::Background;
use super::out::{Out, plain};
use super::{Failure, NOT_ALLOWED};

/// Goes on only with a yes.
pub fn agree(out: &Out, background: &Background, yes: bool, question: &str) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    // A question that goes to a file is not seen.
    let is_seen = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    if out.is_json() || !is_seen {
        return Err(Failure::new(NOT_ALLOWED, format!("{question} Nothing was done. To agree, add --yes.")));
    }
    let mut terminal = std::io::stderr();
    // Nothing is under way while it is asked: Ctrl+C ends the program at once.
    let _left = background.listen_once(|| drop(writeln!(std::io::stderr(), "\nNothing was done.")));
    let asked = write!(terminal, "{} [y/N] ", plain(question)).and_then(|()| terminal.flush());
    let mut answer = String::new();
    let read = asked.and_then(|()| std::io::stdin().lock().read_line(&mut answer));
    let is_yes = read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes");
    if is_yes { Ok(()) } else { Err(Failure::new(NOT_ALLOWED, "Nothing was done.")) }
}
