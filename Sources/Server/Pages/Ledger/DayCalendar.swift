import Charts
import Foundation
import NearEarth
import Warehouse

/// Days as squares, weeks across: what the store has of each.
struct DayCalendar {
    let days: [DayState]
    let now: Date
    let today: CalendarDate

    private static let (step, size) = (24.0, 20.0)
    private static let (left, top) = (40.0, 22.0)

    var html: Markup {
        guard let first = days.first?.date, let last = days.last?.date else { return .none }
        func week(_ date: CalendarDate) -> Int { Int((Double(date.daysSinceEpoch + 3) / 7).rounded(.down)) }
        let start = week(first)
        let weeks = week(last) - start + 1
        let width = Self.left + Double(weeks) * Self.step
        let height = Self.top + 7 * Self.step
        let names = [(0, "Mon"), (2, "Wed"), (4, "Fri"), (6, "Sun")].map { row, name -> Markup in
            #"<text x="0" y="\#(Self.top + Double(row) * Self.step + 14)">\#(name)</text>"#
        }
        let months = days.filter { $0.date.components.day == 1 }.map { day -> Markup in
            let x = Self.left + Double(week(day.date) - start) * Self.step
            let parts = day.date.components
            return
                #"<text x="\#(x)" y="12">\#(parts.month == 1 ? "\(parts.year)" : CalendarDate.monthNames[parts.month - 1])</text>"#
        }
        let cells = days.map { day -> Markup in
            let x = Self.left + Double(week(day.date) - start) * Self.step
            let y = Self.top + Double(((day.date.daysSinceEpoch + 3) % 7 + 7) % 7) * Self.step
            return cell(day, x, y)
        }
        return """
            <div class="days" tabindex="0" role="region" aria-label="Calendar"><svg width="\(width)" height="\(height)" role="img" aria-label="\(words)">\
            \(names)\(months)\(cells)</svg></div>\(keys)
            """
    }

    private func cell(_ day: DayState, _ x: Double, _ y: Double) -> Markup {
        let kind = day.kind(now: now)
        let size = Self.size
        let note: String =
            switch kind {
            case .published, .coming:
                "\(day.listed) listed, asked on \(day.saidAt.map { Zone.utc($0, year: nil) } ?? "")"
            case .stale: "\(day.listed) listed; last asked on \(day.saidAt.map { Zone.utc($0, year: nil) } ?? "")"
            case .refused:
                "\(day.saidAt == nil ? "nothing published" : "older data kept"); refused: \(day.refusal?.reason ?? "")"
            case .missing: "not asked for"
            }
        let extra: Markup =
            switch kind {
            case .stale:
                #"<path class="slash" d="M\#(x + 3) \#(y + size - 3)l\#(size - 6)-\#(size - 6)M\#(x + 3) \#(y + size - 9)l\#(size - 12)-\#(size - 12)"/>"#
            case .refused: #"<path class="cross" d="M\#(x + 6) \#(y + 6)l8 8m0-8l-8 8"/>"#
            default: .none
            }
        let ring: Markup =
            day.date == today
            ? #"<rect class="today" x="\#(x - 2)" y="\#(y - 2)" width="\#(size + 4)" height="\#(size + 4)" rx="6"/>"#
            : .none
        return
            #"<g><title>\#("\(day.date)"): \#(note)</title><rect class="cell-\#(Self.name(kind))" x="\#(x)" y="\#(y)" width="\#(size)" height="\#(size)" rx="4"/>\#(extra)\#(ring)</g>"#
    }

    private static func name(_ kind: DayState.Kind) -> String { kind == .published ? "ok" : kind.rawValue }

    private var counts: [DayState.Kind: Int] {
        Dictionary(days.map { ($0.kind(now: now), 1) }, uniquingKeysWith: +)
    }

    private static let meanings: [(DayState.Kind, String)] = [
        (.published, "published"), (.coming, "published, still to come"),
        (.stale, "stale: last asked over 30 days ago, before the day was over"),
        (.refused, "refused by the audit"), (.missing, "missing"),
    ]

    private var words: String {
        Self.meanings.compactMap { kind, words in counts[kind].map { "\($0) \(words)" } }.joined(separator: ", ")
    }

    private var keys: Markup {
        let items = Self.meanings.compactMap { kind, words -> Markup? in
            guard let count = counts[kind] else { return nil }
            let glyph: Markup =
                kind == .refused
                ? #"<path class="cross" d="M4 4l6 6m0-6l-6 6"/>"#
                : kind == .stale ? #"<path class="slash" d="M3 11L11 3"/>"# : .none
            let fill: Markup =
                kind == .missing
                ? #" <a href="/schedule#backfill">Back-fill</a>"# : .none
            return
                #"<li><svg viewBox="0 0 14 14" aria-hidden="true"><rect class="cell-\#(Self.name(kind))" x="1" y="1" width="12" height="12" rx="3"/>\#(glyph)</svg><b>\#(Words.count(count))</b> \#(words)\#(fill)</li>"#
        }
        return #"<ul class="keys days-keys days">\#(items)</ul>"#
    }
}
