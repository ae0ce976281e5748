//! Data that may be loading, failed or ready, shown in one place so that no page forgets a case.

use egui::Ui;

use super::notice;
use crate::remote::Remote;

/// Shows `remote`: a ring with `loading` ("Getting your voices from sync.so") until something arrives, an error with
/// "Try again" when nothing did, and otherwise what `ready` draws, below the error if a reload failed. Returns
/// true when the person asked to try again; the page then starts a load.
pub fn remote_ui<T: Send + 'static>(
    ui: &mut Ui,
    remote: &Remote<T>,
    loading: &str,
    ready: impl FnOnce(&mut Ui, &T),
) -> bool {
    let mut again = false;
    if let Some(error) = remote.error() {
        if remote.is_loading() {
            notice::loading_ui(ui, loading);
        } else {
            again = notice::error_ui(ui, error, &["Try again"]) == Some(notice::ErrorPress::Action(0));
        }
    } else if remote.value().is_none() {
        notice::loading_ui(ui, loading);
    }
    if let Some(value) = remote.value() {
        ready(ui, value);
    }
    again
}
