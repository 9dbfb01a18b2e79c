import Foundation
import NearEarth

/// An observation as the log has it, as far as the fold needs it.
final class LoggedObservation: Sendable {
    let id: Int64
    let stamp: Stamp
    /// The landed file of its body.
    let file: String
    /// Whether a feed said it, rather than a lookup or a page of the catalog.
    let isFeed: Bool
    /// The day that versions from it bear, when NASA said so, and its number: as columns have them.
    let batchDate: String
    let seenAt: String
    let number: String
    /// Whose approaches it may list without our being able to read them.
    let unreadable: Statement.Unreadable
    /// Approaches of those objects that it does list.
    let listed: Set<ApproachKey>
    /// When, and by which run, it was published first; nil where it is not yet.
    let published: (at: Date, by: RunID)?

    init(
        _ observation: Observation, id: Int64, unreadable: Statement.Unreadable, listed: Set<ApproachKey>,
        published: (at: Date, by: RunID)? = nil
    ) {
        self.id = id
        self.published = published
        stamp = observation.stamp
        file = observation.file
        isFeed = observation.batch.source == .feed
        batchDate = "\(observation.batchDate)"
        seenAt = Timestamp.text(Timestamp.date(milliseconds: stamp.service))
        number = "\(id)"
        self.unreadable = unreadable
        self.listed = listed
    }

    /// Observations in the order of their stamps.
    static func < (left: LoggedObservation, right: LoggedObservation) -> Bool {
        left.stamp == right.stamp ? left.id < right.id : left.stamp < right.stamp
    }
}

/// What an observation says of one approach, or of one orbit.
enum Saying<Row> {
    /// This.
    case row(Row)
    /// It speaks of it, and has no such row.
    case gone
    /// It does not speak of it, or has a record that may be it and can't be read.
    case nothing
}

/// Why a version came to its end.
enum VersionEnd: String {
    case revised, retired
}

/// What NASA said of one approach, or of one orbit, for a time.
struct Version<Row> {
    var row: Row
    /// The first observation that said so.
    var since: LoggedObservation
    /// The last one.
    var last: LoggedObservation
    /// The last one that had unreadable records: the log of days does not tell what those confirm.
    var lastUnclear: LoggedObservation?
    /// The one that said otherwise; nil for what holds now.
    var end: (by: LoggedObservation, kind: VersionEnd)?
}

/// What NASA said, one version after the other; the last one holds now unless it has an end. `sayings` are in the order
/// of their stamps. All that is ever published follows from this function.
func versions<Row: Versioned>(_ sayings: [(by: LoggedObservation, says: Saying<Row>)]) -> [Version<Row>] {
    var versions: [Version<Row>] = []
    var isListedByFeeds = false
    for (observation, says) in sayings {
        let now = versions.count - 1
        let isLive = now >= 0 && versions[now].end == nil
        switch says {
        case .row(let row):
            isListedByFeeds = isListedByFeeds || observation.isFeed
            if isLive, versions[now].row.states(theSameAs: row) {
                versions[now].last = observation
            } else {
                if isLive { versions[now].end = (observation, .revised) }
                versions.append(Version(row: row, since: observation, last: observation))
            }
            if !observation.unreadable.isEmpty { versions[versions.count - 1].lastUnclear = observation }
        // A feed leaves out what is beyond its reach: it takes back only what a feed has listed.
        case .gone where isLive && (isListedByFeeds || !observation.isFeed): versions[now].end = (observation, .retired)
        case .gone, .nothing: break
        }
    }
    return versions
}

/// What a store has of one approach, or of one orbit.
struct Stored<Row> {
    var versions: [Version<Row>] = []
    /// The first feed that listed it; nil where none has.
    var firstFeed: LoggedObservation?
    /// When the first version was written into this store.
    var createdAt: String?
    /// What stands beside the facts in the store's rows, by the number of the observation that began the version.
    var written: [Int64: [String?]] = [:]

    /// The version that holds now; nil where none does.
    var live: Version<Row>? { versions.last.flatMap { $0.end == nil ? $0 : nil } }

    /// The version that holds after an observation; nil where none does.
    func version(after observation: LoggedObservation) -> Row? {
        versions.last { version in
            let hasBegun = version.since.id == observation.id || version.since < observation
            return hasBegun && version.end.map { observation < $0.by && observation.id != $0.by.id } ?? true
        }?.row
    }

    /// What an observation of the log said of an approach: the versions and the log together still tell.
    func says(_ observation: LoggedObservation, of key: ApproachKey) -> Saying<Row> {
        let row = version(after: observation)
        if observation.unreadable.mayHold(key.id) {
            return row.map { observation.listed.contains(key) ? .row($0) : .nothing } ?? .nothing
        }
        // Before the first feed that listed it, a feed had no such row, whatever a lookup said.
        if observation.isFeed, firstFeed.map({ observation < $0 }) ?? true { return .gone }
        return row.map { .row($0) } ?? .gone
    }
}
