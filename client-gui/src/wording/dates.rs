//! Times and dates as people read them, in the local time zone they were noted in.

use jiff::civil::Date;
use jiff::{Timestamp, Zoned, tz::TimeZone};

use super::{Key, Words};

impl Words {
    /// The time of day, such as 09:01.
    pub fn time(&self, at: &Zoned) -> String {
        format!("{:02}:{:02}", at.hour(), at.minute())
    }

    /// The weekday and the time, as it stands under a meeting.
    pub fn weekday_and_time(&self, at: &Zoned) -> String {
        let weekday = self.weekday(at.date());
        self.fill(
            Key::DateWeekdayTime,
            &[("weekday", weekday.into()), ("time", self.time(at).into())],
        )
    }

    /// A moment to come, seen from now: the time alone today, the weekday with it within a week, the date beyond.
    pub fn moment(&self, at: &Zoned, now: &Zoned) -> String {
        if at.date() == now.date() {
            return self.time(at);
        }
        let days = now
            .date()
            .until(at.date())
            .map_or(i32::MAX, |span| span.get_days());
        if (0..7).contains(&days) {
            return self.weekday_and_time(at);
        }
        format!("{} {}", self.date(at.date(), now.date()), self.time(at))
    }

    /// A day in a history, seen from today.
    pub fn day(&self, day: Date, today: Date) -> String {
        if day == today {
            return self.get(Key::DayToday);
        }
        if today.yesterday().is_ok_and(|yesterday| day == yesterday) {
            return self.get(Key::DayYesterday);
        }
        let date = self.date(day, today);
        self.fill(
            Key::DateWeekdayDay,
            &[("weekday", self.weekday(day).into()), ("day", date.into())],
        )
    }

    /// A date such as “3 March”; with its year if that is not this one.
    pub fn date(&self, day: Date, today: Date) -> String {
        let month = self.fill(Key::DateMonth, &[("month", day.month().into())]);
        let mut values = vec![("day", day.day().into()), ("month", month.into())];
        if day.year() == today.year() {
            return self.fill(Key::DateDay, &values);
        }
        // As text: a number would be grouped into thousands by some languages.
        values.push(("year", day.year().to_string().into()));
        self.fill(Key::DateDayYear, &values)
    }

    /// The local date of a moment on the system's clock, such as the day a key was first seen.
    pub fn date_of(&self, moment: std::time::SystemTime, today: Date) -> String {
        let moment = Timestamp::try_from(moment).unwrap_or(Timestamp::UNIX_EPOCH);
        self.date(moment.to_zoned(TimeZone::system()).date(), today)
    }

    /// A span of time as minutes and seconds, such as 0:08, with hours only where there are any.
    pub fn elapsed(&self, secs: u64) -> String {
        let (hours, minutes, secs) = (secs / 3600, secs / 60 % 60, secs % 60);
        if hours == 0 {
            return format!("{minutes}:{secs:02}");
        }
        format!("{hours}:{minutes:02}:{secs:02}")
    }

    fn weekday(&self, day: Date) -> String {
        let number = day.weekday().to_monday_one_offset();
        self.fill(Key::DateWeekday, &[("weekday", number.into())])
    }
}
