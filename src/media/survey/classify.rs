//! Frames into stretches of one sort.

use crate::media::Part;
use crate::media::survey::frame::Frame;
use crate::media::survey::{Sort, Stretch, secs};

/// The stretches of a file, in order and without gaps.
pub(super) fn stretches(frames: &[Frame], duration_secs: f64) -> Vec<Stretch> {
    let sorts: Vec<Sort> = frames.iter().map(sort).collect();
    let mut stretches = Vec::new();
    let mut from = 0;
    for run in sorts.chunk_by(|one, other| one == other) {
        let to = from + run.len();
        let end = if to == sorts.len() { duration_secs } else { secs(to) };
        stretches.extend(run.first().map(|sort| Stretch { part: Part::new(secs(from), end), sort: *sort }));
        from = to;
    }
    if stretches.is_empty() && duration_secs > 0.0 {
        stretches.push(Stretch { part: Part::new(0.0, duration_secs), sort: Sort::Silence });
    }
    stretches
}

fn sort(frame: &Frame) -> Sort {
    match frame.level() {
        _ if frame.is_clipped() => Sort::Loud,
        ..-50.0 => Sort::Silence,
        _ => Sort::Speech,
    }
}
