//! What the cards say, checked.

use super::*;

#[test]
fn consent_is_called_recorded_only_when_all_of_it_is() {
    let given = Consent {
        statement: "I may.".into(),
        given_at: "2026-11-22T10:00:00Z".into(),
        relation: Relation::Own,
        ..Consent::default()
    };
    assert_eq!(consent_words(&given).0, "Consent recorded");
    assert_eq!(consent_words(&Consent::default()), ("No consent on record", None));
    let old = Consent { relation: Relation::Unrecorded, ..given };
    assert!(!consent_words(&old).0.starts_with("Consent recorded"));
}
