import Foundation
public import NearEarth

/// A piece of a list of approaches.
public struct ApproachPage: Sendable {
    /// The rows, written.
    public var bytes: [UInt8] = []
    /// How many there are.
    public var count = 0
    /// The publication that the list is of: that of its first page, for all that follow.
    public var publication: Publication
    /// Where the next page begins; nil where there is none.
    public var next: ApproachCursor?
}

/// A place in a list of approaches: behind this one, as of a publication. So all pages of a list are of one
/// publication, however many come in between.
public struct ApproachCursor: Sendable, Hashable {
    /// The number of the publication that the list's first page was of.
    public var publication: Int64
    /// The last approach before.
    public var key: ApproachKey
    /// Its instant, milliseconds since 1970 (TDB).
    public var epoch: Int64?
    /// The store's signature of it and of its list.
    var signature = ""

    /// What it says.
    var plain: String {
        ["\(publication)", "\(key.date)", epoch.map(String.init) ?? "", key.id, key.orbitingBody].joined(separator: " ")
    }

    /// The cursor as a text for a URL, in its own alphabet: base64url.
    public var text: String {
        Data("\(signature) \(plain)".utf8).base64EncodedString().replacing("+", with: "-")
            .replacing("/", with: "_").replacing("=", with: "")
    }

    /// The cursor that such a text is; nil for any other.
    public init?(_ text: String) {
        guard text.utf8.count <= 400 else { return nil }
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        let base64 = text.replacing("-", with: "+").replacing("_", with: "/") + padding
        guard let data = Data(base64Encoded: base64), let plain = String(validating: data, as: UTF8.self) else {
            return nil
        }
        let parts = plain.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, let publication = Int64(parts[1]), publication >= 0, let date = CalendarDate(parts[2]),
            parts[3].isEmpty || Int64(parts[3]) != nil, !parts[4].isEmpty, !parts[5].isEmpty
        else { return nil }
        self.init(
            publication: publication, key: ApproachKey(id: parts[4], orbitingBody: parts[5], date: date),
            epoch: Int64(parts[3]))
        signature = parts[0]
        // One text for each cursor.
        guard self.text == text else { return nil }
    }

    init(publication: Int64, key: ApproachKey, epoch: Int64?) {
        (self.publication, self.key, self.epoch) = (publication, key, epoch)
    }
}

/// Why a list is not available.
public enum ApproachListError: Error, Sendable {
    /// The store's data was published anew in such a way that what came before can't be seen any more; begin again.
    case outdated
    /// The cursor is of no list of this store.
    case unknownCursor
    /// As of an earlier moment there are only lists by date, of an object, or of a range of so many days.
    case tooWide(days: Int)
}
