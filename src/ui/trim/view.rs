//! What part of the sound is in view, and where its seconds lie on the screen.

use egui::Rangef;

use super::region::Span;

/// Less than this is never in view, in seconds: the waveform is no finer.
const CLOSEST: f64 = 2.0;

/// The seconds in view, laid along a stretch of the screen.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    pub view: Span,
    pub x: Rangef,
}

impl Scale {
    /// Where a time lies, also outside of the view.
    #[expect(clippy::cast_possible_truncation, reason = "a place on the screen, or far outside of it")]
    pub fn x(&self, secs: f64) -> f32 {
        let part = (secs - self.view.from) / self.view.secs().max(1e-6);
        self.x.min + (part.clamp(-50.0, 50.0) as f32) * self.x.span()
    }

    /// Which time lies at a place, also outside of the view.
    pub fn secs(&self, x: f32) -> f64 {
        self.view.from + f64::from((x - self.x.min) / self.x.span().max(1.0)) * self.view.secs()
    }

    /// The screen's stretch for a span, cut to what is in view. `None` when nothing of it is.
    pub fn part(&self, span: Span) -> Option<Rangef> {
        let (from, to) = (self.x(span.from).max(self.x.min), self.x(span.to).min(self.x.max));
        (from < to).then(|| Rangef::new(from, to))
    }

    /// How far apart the long ticks of a ruler are, in seconds: a round number, so that they stand apart.
    pub fn tick(&self) -> f64 {
        const STEPS: [f64; 16] =
            [0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 18_000.0];
        let least = 96.0 / f64::from(self.x.span().max(1.0)) * self.view.secs();
        STEPS.into_iter().find(|&step| step >= least).unwrap_or(least.max(1.0))
    }
}

/// `view` made longer or shorter around a time that stays where it is.
pub fn zoomed(view: Span, factor: f64, around: f64, length: f64) -> Span {
    let secs = (view.secs() / factor.clamp(0.01, 100.0)).clamp(CLOSEST.min(length), length);
    let part = ((around - view.from) / view.secs().max(1e-6)).clamp(0.0, 1.0);
    Span::new(0.0, secs).at(around - part * secs, length)
}

/// A view with the region in its middle and room around it.
pub fn around(region: Span, length: f64) -> Span {
    let secs = (region.secs() * 1.875).max(CLOSEST).min(length);
    Span::new(0.0, secs).at(f64::midpoint(region.from, region.to) - secs / 2.0, length)
}

/// `view` moved just so far that a time is in it.
pub fn reaching(view: Span, secs: f64, length: f64) -> Span {
    if secs < view.from {
        view.at(secs, length)
    } else if secs > view.to {
        view.at(secs - view.secs(), length)
    } else {
        view
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pointed_at_stays_put_while_zooming_within_the_file() {
        let view = zoomed(Span::new(100.0, 300.0), 2.0, 150.0, 1000.0);
        assert_eq!(view, Span::new(125.0, 225.0));
        assert_eq!(zoomed(view, 0.001, 150.0, 1000.0), Span::new(0.0, 1000.0));
        assert!((zoomed(Span::new(0.0, 4.0), 100.0, 1.0, 1000.0).secs() - 2.0).abs() < 1e-9);
        assert_eq!(zoomed(Span::new(0.0, 1.0), 2.0, 0.5, 1.0), Span::new(0.0, 1.0), "a very short file");
        assert_eq!(around(Span::new(252.0, 348.0), 1104.0), Span::new(210.0, 390.0));
        assert_eq!(around(Span::new(0.0, 9.0), 9.0), Span::new(0.0, 9.0));
        assert_eq!(reaching(Span::new(10.0, 20.0), 25.0, 100.0), Span::new(15.0, 25.0));
        assert_eq!(reaching(Span::new(10.0, 20.0), 5.0, 100.0), Span::new(5.0, 15.0));
    }

    #[test]
    fn seconds_and_places_go_together() {
        let scale = Scale { view: Span::new(210.0, 390.0), x: Rangef::new(100.0, 1244.0) };
        assert!((scale.secs(scale.x(252.0)) - 252.0).abs() < 1e-3);
        assert_eq!(scale.part(Span::new(0.0, 100.0)), None);
        assert!(scale.part(Span::new(0.0, 300.0)).is_some_and(|x| (x.min - 100.0).abs() < 1e-3 && x.max < 700.0));
        assert!((scale.tick() - 30.0).abs() < 1e-9);
        let tiny = Scale { view: Span::new(0.0, 0.0), x: Rangef::new(0.0, 0.0) };
        assert!(tiny.x(5.0).is_finite() && tiny.tick() > 0.0);
    }
}
