//! The icons: lines, rings and discs in a box of 20 units with one weight of line. No image, no icon font.

use egui::{Color32, Painter, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};

use crate::widgets::draw::{arc, whole_u8};
use crate::widgets::tile::{CIRCLE_SEATS, ring_place};

/// An icon by what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Meet a stranger: the tile, the face two.
    Stranger,
    /// Meet somebody one knows: the two of the tile, joined.
    Invitation,
    /// Settings.
    Settings,
    /// Send.
    Send,
    /// The next stranger.
    Next,
    /// Leave.
    Leave,
    /// Copy.
    Copy,
    /// Close, forget.
    Close,
    /// Something is wrong.
    Warning,
    /// Chosen.
    Check,
    /// One page back.
    Back,
    /// Tell me.
    Bell,
    /// Opens a menu.
    Chevron,
    /// To the newest.
    Down,
    /// Can see.
    Eye,
    /// Cannot see.
    EyeShut,
    /// An identity.
    Key,
    /// A text that came back.
    Draft,
    /// The safety phrase: words in rows.
    Phrase,
    /// A line that is cut.
    Cut,
    /// Opens a menu of what is rarely wanted.
    More,
    /// Arrived.
    Arrived,
    /// Never this one again.
    Block,
    /// A plaza: the tile, the face five.
    Plaza,
    /// A circle: people in a ring.
    Circle,
    /// Letters that do not belong together.
    Letters,
    /// A computer that others come to.
    Host,
    /// One more.
    Plus,
    /// End it.
    Stop,
}

/// Draws an icon around `centre`, `size` points wide and high.
pub fn icon(painter: &Painter, centre: Pos2, size: f32, icon: Icon, colour: Color32) {
    let pen = Pen {
        painter,
        origin: centre - vec2(size, size) / 2.0,
        unit: size / 20.0,
        colour,
    };
    match icon {
        Icon::Stranger => pen.stranger(),
        Icon::Invitation => {
            pen.square(2.0, 18.0, 4.5);
            pen.ring(6.6, 6.6, 1.9);
            pen.lines(&[&[(8.1, 8.1), (13.4, 13.4)]]);
            pen.disc(13.6, 13.6, 2.4);
        }
        Icon::Plaza => pen.plaza(),
        Icon::Circle => pen.circle(),
        Icon::Settings => pen.settings(),
        Icon::Send => pen.lines(&[
            &[(10.0, 16.0), (10.0, 4.8)],
            &[(5.0, 9.6), (10.0, 4.4), (15.0, 9.6)],
        ]),
        Icon::Next => pen.lines(&[
            &[(3.0, 10.0), (16.0, 10.0)],
            &[(11.2, 5.0), (16.4, 10.0), (11.2, 15.0)],
        ]),
        Icon::Leave => pen.lines(&[
            &[(11.5, 3.0), (4.0, 3.0), (4.0, 17.0), (11.5, 17.0)],
            &[(8.5, 10.0), (17.0, 10.0)],
            &[(13.6, 6.4), (17.2, 10.0), (13.6, 13.6)],
        ]),
        Icon::Copy => pen.copy(),
        Icon::Close => pen.lines(&[&[(5.0, 5.0), (15.0, 15.0)], &[(15.0, 5.0), (5.0, 15.0)]]),
        Icon::Warning => pen.warning(),
        Icon::Check => pen.lines(&[&[(4.0, 10.6), (8.2, 14.8), (16.2, 5.8)]]),
        Icon::Back => pen.lines(&[
            &[(17.0, 10.0), (4.0, 10.0)],
            &[(8.8, 5.0), (3.6, 10.0), (8.8, 15.0)],
        ]),
        Icon::Bell => pen.bell(),
        Icon::Chevron => pen.lines(&[&[(5.5, 8.0), (10.0, 12.4), (14.5, 8.0)]]),
        Icon::Down => pen.lines(&[
            &[(10.0, 4.0), (10.0, 15.2)],
            &[(5.0, 10.4), (10.0, 15.6), (15.0, 10.4)],
        ]),
        Icon::Eye => pen.eye(),
        Icon::EyeShut => {
            pen.eye();
            pen.lines(&[&[(3.5, 16.5), (16.5, 3.5)]]);
        }
        Icon::Key => pen.key(),
        Icon::Phrase => pen.lines(&[
            &[(2.5, 5.5), (6.5, 5.5)],
            &[(9.0, 5.5), (17.5, 5.5)],
            &[(2.5, 10.0), (10.5, 10.0)],
            &[(13.0, 10.0), (17.5, 10.0)],
            &[(2.5, 14.5), (6.5, 14.5)],
            &[(9.0, 14.5), (13.5, 14.5)],
        ]),
        Icon::Cut => pen.lines(&[
            &[(1.5, 10.0), (7.0, 10.0)],
            &[(13.0, 10.0), (18.5, 10.0)],
            &[(8.2, 14.0), (11.8, 6.0)],
        ]),
        Icon::More => {
            for x in [4.5, 10.0, 15.5] {
                pen.disc(x, 10.0, 1.5);
            }
        }
        Icon::Arrived => pen.lines(&[
            &[(1.5, 10.6), (5.2, 14.4), (12.4, 6.0)],
            &[(9.2, 13.4), (10.2, 14.4), (18.2, 6.0)],
        ]),
        Icon::Block => {
            pen.ring(10.0, 10.0, 7.2);
            pen.lines(&[&[(4.9, 15.1), (15.1, 4.9)]]);
        }
        Icon::Letters => {
            pen.lines(&[
                &[(2.0, 15.0), (5.5, 5.0), (9.0, 15.0)],
                &[(3.3, 11.6), (7.7, 11.6)],
            ]);
            pen.lines(&[
                &[(12.0, 5.0), (12.0, 15.0)],
                &[(18.0, 5.0), (18.0, 15.0)],
                &[(12.0, 15.0), (18.0, 5.0)],
            ]);
        }
        Icon::Host => {
            pen.lines(&[&[(2.5, 3.5), (17.5, 3.5), (17.5, 13.0), (2.5, 13.0), (2.5, 3.5)]]);
            pen.lines(&[&[(6.5, 16.8), (13.5, 16.8)]]);
            pen.ring(7.8, 8.2, 1.8);
            pen.disc(12.2, 8.2, 2.1);
        }
        Icon::Plus => pen.lines(&[&[(10.0, 4.0), (10.0, 16.0)], &[(4.0, 10.0), (16.0, 10.0)]]),
        Icon::Stop => pen.square(5.0, 15.0, 2.5),
        Icon::Draft => pen.lines(&[&[
            (4.0, 16.0),
            (4.6, 12.6),
            (13.4, 3.8),
            (16.2, 6.6),
            (7.4, 15.4),
            (4.0, 16.0),
        ]]),
    }
}

/// Draws in the units of the icon's box.
struct Pen<'a> {
    painter: &'a Painter,
    origin: Pos2,
    unit: f32,
    colour: Color32,
}

impl Pen<'_> {
    fn at(&self, x: f32, y: f32) -> Pos2 {
        self.origin + vec2(x, y) * self.unit
    }

    fn line_style(&self) -> Stroke {
        Stroke::new((1.6 * self.unit).max(1.2), self.colour)
    }

    fn lines(&self, lines: &[&[(f32, f32)]]) {
        for line in lines {
            self.painter.line(
                line.iter().map(|&(x, y)| self.at(x, y)).collect(),
                self.line_style(),
            );
        }
    }

    fn circle(&self) {
        for n in 1..CIRCLE_SEATS {
            let place = ring_place(n) * 6.6;
            self.ring(10.0 + place.x, 10.0 + place.y, 2.2);
        }
        let you = ring_place(0) * 6.6;
        self.disc(10.0 + you.x, 10.0 + you.y, 2.6);
    }

    fn ring(&self, x: f32, y: f32, radius: f32) {
        self.painter
            .circle_stroke(self.at(x, y), radius * self.unit, self.line_style());
    }

    fn disc(&self, x: f32, y: f32, radius: f32) {
        self.painter
            .circle_filled(self.at(x, y), radius * self.unit, self.colour);
    }

    fn square(&self, from: f32, to: f32, corner: f32) {
        let rect = Rect::from_min_max(self.at(from, from), self.at(to, to));
        self.painter.rect_stroke(
            rect,
            whole_u8(corner * self.unit),
            self.line_style(),
            StrokeKind::Middle,
        );
    }

    fn stranger(&self) {
        self.square(2.0, 18.0, 4.5);
        self.ring(7.1, 7.1, 2.1);
        self.disc(12.9, 12.9, 2.8);
    }

    fn plaza(&self) {
        self.square(2.0, 18.0, 4.5);
        for (x, y) in [(6.6, 6.6), (13.4, 6.6), (10.0, 10.0), (6.6, 13.4), (13.4, 13.4)] {
            self.disc(x, y, 1.3);
        }
    }

    fn settings(&self) {
        for (y, x) in [(6.2, 12.6), (13.8, 7.4)] {
            self.lines(&[&[(2.5, y), (x - 2.3, y)], &[(x + 2.3, y), (17.5, y)]]);
            self.ring(x, y, 2.3);
        }
    }

    fn copy(&self) {
        self.square(7.0, 17.0, 2.5);
        self.lines(&[&[(4.5, 13.0), (3.0, 13.0), (3.0, 3.0), (13.0, 3.0), (13.0, 4.5)]]);
    }

    fn warning(&self) {
        self.ring(10.0, 10.0, 7.5);
        self.lines(&[&[(10.0, 5.8), (10.0, 11.2)]]);
        self.disc(10.0, 13.9, 1.1);
    }

    fn bell(&self) {
        self.lines(&[
            &[
                (3.5, 14.5),
                (5.2, 12.2),
                (5.2, 8.6),
                (6.4, 5.6),
                (10.0, 4.0),
                (13.6, 5.6),
                (14.8, 8.6),
                (14.8, 12.2),
                (16.5, 14.5),
                (3.5, 14.5),
            ],
            &[(8.4, 17.2), (11.6, 17.2)],
        ]);
    }

    fn eye(&self) {
        for (y, start, sweep) in [(15.5, -2.5, 1.86), (4.5, 2.5, -1.86)] {
            let lid: Vec<(f32, f32)> = arc(pos2(10.0, y), 9.4, start, sweep)
                .into_iter()
                .map(|p| (p.x, p.y))
                .collect();
            self.lines(&[&lid]);
        }
        self.ring(10.0, 10.0, 2.2);
    }

    fn key(&self) {
        self.ring(6.5, 13.5, 3.6);
        self.lines(&[&[(9.2, 10.8), (16.6, 3.4)], &[(13.2, 6.8), (16.0, 9.6)]]);
    }
}
