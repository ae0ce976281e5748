//! The part of a file a voice is best made from.

use crate::media::Part;
use crate::media::survey::Survey;

pub(super) fn best(survey: &Survey) -> Option<Part> {
    (survey.duration_secs > 0.0).then(|| Part::new(0.0, survey.duration_secs.min(120.0)))
}
