//! `GET /v2/errors`: the documented codes with what they mean and what to do, in our own words. Every refusal takes
//! its advice from here.

use axum::Json;

use crate::api::ErrorEntry;

/// Answers without a key, as the service does.
pub(super) async fn list() -> Json<Vec<ErrorEntry>> {
    let entry = |(code, message, suggestion): &(&str, &str, &str)| ErrorEntry {
        code: (*code).to_owned(),
        message: (*message).to_owned(),
        suggestion: (*suggestion).to_owned(),
    };
    Json(CODES.iter().map(entry).collect())
}

/// What to do about `code`.
pub(super) fn suggestion(code: &str) -> Option<&'static str> {
    CODES.iter().find(|(name, ..)| *name == code).map(|(_, _, suggestion)| *suggestion)
}

const AGAIN: &str = "Try again in a moment.";
const CHOOSE: &str = "Choose another file, or convert this one first.";
const PLAN: &str = "Change the plan, or send less.";

/// Code, meaning, advice.
#[rustfmt::skip]
const CODES: [(&str, &str, &str); 66] = [
    ("generation_unsupported_model", "There is no such model.", "Take a name from GET /v2/models."),
    ("generation_pipeline_failed", "The lip sync could not be made.", AGAIN),
    ("generation_unknown_error", "The lip sync ended without saying why.", AGAIN),
    ("generation_input_validation_failed", "The request does not fit the contract.", "Correct the field that is named."),
    ("generation_infra_storage_error", "The result could not be stored.", "Free some space, then try again."),
    ("generation_infra_resource_exhausted", "There is no room for this run now.", AGAIN),
    ("generation_infra_service_unavailable", "A part of the service is not there.", AGAIN),
    ("generation_input_video_inaccessible", "The video could not be fetched.", "Upload it first and send its assetId."),
    ("generation_input_audio_inaccessible", "The audio could not be fetched.", "Upload it first and send its assetId."),
    ("generation_input_image_inaccessible", "The picture could not be fetched.", "Upload it first and send its assetId."),
    ("generation_input_video_invalid", "The video could not be read.", CHOOSE),
    ("generation_input_audio_invalid", "The audio could not be read.", CHOOSE),
    ("generation_input_segments_invalid", "The segments do not fit together.", "Correct their times and refIds, or leave them out."),
    ("generation_input_trim_invalid", "The part to be used lies outside the file.", "Correct its start and end."),
    ("generation_input_face_selection_invalid", "The speaker selection does not fit.", "Correct the frame and coordinates, or leave them out."),
    ("generation_input_resolution_unsupported", "The picture is too large.", "Send at most 4096 by 2160 pixels."),
    ("generation_input_duration_greater_than_max_duration", "The input is too long.", "Send a shorter clip."),
    ("generation_input_asset_type_mismatch", "The asset is of another type than the input says.", "Send the asset under its own type."),
    ("generation_input_too_many_visual", "There is more than one picture.", "Send one video or one image."),
    ("generation_input_dub_audio_conflict", "Dubbing takes its speech from the video.", "Leave the audio out, or the dubbing."),
    ("generation_model_duration_exceeded", "The clip is too long for this model.", "Send a shorter clip, or take another model."),
    ("generation_plan_duration_exceeded", "The clip is too long for this plan.", PLAN),
    ("dubbing_duration_exceeded", "The clip is too long to be dubbed.", "Send a shorter clip."),
    ("free_tier_generations_exhausted", "The free runs of this month are used up.", PLAN),
    ("plan_feature_unavailable", "The plan does not include this.", PLAN),
    ("account_payment_required", "An invoice is open.", "Settle it in the account settings."),
    ("account_on_hold", "The account is on hold.", "Write to the support."),
    ("concurrency_limit_reached", "As many runs as the plan allows are under way.", "Wait until one has ended."),
    ("rate_limit_exceeded", "Too many requests in a short time.", AGAIN),
    ("file_size_exceeds_plan_limit", "The file is too large.", "Send a smaller file."),
    ("voice_clone_limit_reached", "All clone slots are used.", "Delete a voice you no longer need; its slot is free at once."),
    ("elevenlabs_quota_exceeded", "The speech allowance is used up.", PLAN),
    ("generation_not_deletable_while_processing", "A run under way cannot be deleted.", "Wait until it has ended."),
    ("invalid_generation_id", "That is not the id of a run.", "Send the id that was given when the run was created."),
    ("unsupported_generation_id_format", "Ids of this form are no longer used.", "Send the id that was given when the run was created."),
    ("generation_not_found", "There is no such run.", "Look for it with GET /v2/generations."),
    ("generation_conflict", "Another run stands in the way.", "Read the run again before going on."),
    ("generation_media_probe_timeout", "Looking into the file took too long.", AGAIN),
    ("generation_media_probe_unavailable", "Files cannot be looked into now.", AGAIN),
    ("controller_timeout", "The service took too long.", AGAIN),
    ("controller_unavailable", "The service is not there.", AGAIN),
    ("controller_dependency_error", "A part of the service failed.", AGAIN),
    ("internal_error", "The service had a problem of its own.", AGAIN),
    ("usage_dependency_unavailable", "The usage could not be read.", AGAIN),
    ("project_not_found", "There is no such project.", "Leave projectId out."),
    ("asset_not_found", "There is no such asset.", "Upload the file, register it with POST /v2/assets, and send the id of the answer."),
    ("asset_forbidden", "The asset belongs to somebody else.", "Ask its owner."),
    ("invalid_asset_id_format", "That is not the id of an asset.", "Send the id POST /v2/assets answered with."),
    ("uploaded_file_not_found", "Nothing was uploaded to this address.", "PUT the file to its uploadUrl first."),
    ("file_not_in_org_storage", "The file lies outside the storage.", "Upload it with POST /v2/assets/upload, then send its assetId or url."),
    ("voice_not_found", "There is no such voice.", "Take an id from GET /v2/voices."),
    ("voice_sample_not_accessible", "The sample could not be fetched.", "Upload it again."),
    ("voice_sample_type_unsupported", "The sample is neither audio nor video.", "Send a recording, such as WAV, MP3 or MP4."),
    ("voice_sample_upload_required", "There is no sample.", "Upload one with POST /v2/assets/upload, then send its assetId or url."),
    ("voice_sample_extraction_failed", "There is no sound in the sample.", "Send a recording in which the speaker is to be heard."),
    ("voice_sample_source_too_large", "The sample is too large.", "Send a shorter or smaller recording."),
    ("voice_sample_too_short", "The sample is too short.", "Send a longer recording; half a minute or more is best."),
    ("voice_sample_invalid", "No voice is to be heard in the sample.", "Send a recording of one person speaking clearly."),
    ("voice_name_conflict", "Another voice has this name.", "Choose another name, or delete that voice."),
    ("voice_clone_busy", "Another clone is being made.", AGAIN),
    ("elevenlabs_api_key_invalid", "The voice provider's key does not work.", "Set it again in the account settings."),
    ("elevenlabs_service_unavailable", "The voice provider is not there.", AGAIN),
    ("cost_estimate_unavailable", "The price of this is not known.", "Start the run without, or take another model."),
    ("IDEMPOTENCY_CONFLICT", "The key was used for another request.", "Send the same body again, or take a new key for a new request."),
    ("IDEMPOTENCY_OUTCOME_UNKNOWN", "Whether the request was done is not known yet.", "Look at the run that is named; take no new key."),
    ("INVALID_IDEMPOTENCY_KEY", "The Idempotency-Key is malformed.", "Send one header of 1 to 128 letters, digits, '.', '_', '~' or '-'."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_each_says_what_to_do() {
        let mut codes: Vec<&str> = CODES.iter().map(|(code, ..)| *code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), CODES.len());
        assert!(CODES.iter().all(|(_, message, advice)| message.ends_with('.') && advice.ends_with('.')));
        assert!(suggestion("voice_clone_limit_reached").is_some_and(|advice| advice.contains("Delete a voice")));
        assert_eq!(suggestion("no_such_code"), None);
    }
}
