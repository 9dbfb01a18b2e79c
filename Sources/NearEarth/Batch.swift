/// What is extracted, landed, audited and published as one: a window of the feed, an object's lookup or a page of the
/// catalogue.
public enum Batch: Sendable, Hashable {
    /// NeoWs `/feed`: the approaches to Earth in a window of dates.
    case feed(DateWindow)
    /// NeoWs `/neo/{id}`: every approach of one object, to every body.
    case lookup(spkID: String)
    /// NeoWs `/neo/browse`: one page of the catalogue, zero-based.
    case browse(page: Int)

    /// The batch's name in the ledger, also its key there: `feed 2020-02-03..2020-02-10`, `lookup 2099942`, `browse 3`.
    public var name: String {
        switch self {
        case .feed(let window): "feed \(window)"
        case .lookup(let id): "lookup \(id)"
        case .browse(let page): "browse \(page)"
        }
    }

    /// The batch that a name stands for, or nil.
    public init?(name: String) {
        let parts = name.split(separator: " ")
        guard parts.count == 2 else { return nil }
        switch parts[0] {
        case "feed":
            let ends = parts[1].split(separator: ".", omittingEmptySubsequences: true)
            guard ends.count == 2, let from = CalendarDate(ends[0]), let to = CalendarDate(ends[1]), from <= to else {
                return nil
            }
            self = .feed(DateWindow(from: from, to: to))
        case "lookup": self = .lookup(spkID: String(parts[1]))
        case "browse":
            guard let page = Int(parts[1]) else { return nil }
            self = .browse(page: page)
        default: return nil
        }
    }

    /// The dates of a feed window; nil for the others.
    public var window: DateWindow? {
        if case .feed(let window) = self { window } else { nil }
    }

    /// Whether both ask for the same days, object or page.
    public func overlaps(_ other: Batch) -> Bool {
        guard let window, let otherWindow = other.window else { return self == other }
        return window.from <= otherWindow.to && otherWindow.from <= window.to
    }

    /// What tells this batch's files apart: the window's last date, the object's SPK-ID, the page.
    public var fileStem: String {
        switch self {
        case .feed(let window): "\(window.to)"
        case .lookup(let id): "object_\(id)"
        case .browse(let page): "browse_\(page)"
        }
    }

    /// Which endpoint of NeoWs speaks: its rows are reconciled against its earlier rows only, because the feed
    /// leaves out what lies beyond 0.5 au or is not Earth's, and a lookup does not.
    public var source: Source {
        if case .feed = self { .feed } else { .lookup }
    }

    /// The two kinds of listing that approaches come from.
    public enum Source: String, Sendable, Codable {
        /// Day by day, approaches to Earth only.
        case feed
        /// Object by object, approaches to every body (lookup and browse).
        case lookup
    }
}

extension Batch: CustomStringConvertible {
    /// The batch's name.
    public var description: String { name }
}
