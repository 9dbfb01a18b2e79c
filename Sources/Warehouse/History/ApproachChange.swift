public import Foundation
public import NearEarth

/// A change of what is published: of one approach, by one run.
public struct ApproachChange: Sendable {
    /// What kind of change.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// It was not there before.
        case new
        /// NASA states other facts.
        case revised
        /// NASA leaves it out where it had it; it is no longer published.
        case retired
        /// It was retired, and is there again.
        case returned
        /// The same pass, on another day: a retirement and an arrival in one.
        case moved
    }

    /// What kind of change.
    public var kind: Kind
    /// Which approach: as it is since; of one that was retired, as it was before.
    public var key: ApproachKey
    /// That approach. A list of all changes is long, and facts take a fraction of an approach's memory.
    public var stated: Published
    /// What was published before; nil for `new` and `returned`.
    public var old: Published?
    /// The run that published it, and when.
    public var run: RunID
    /// When that was.
    public var publishedAt: Date
    /// The answer that says so: its landed file, its digest, and when NASA gave it.
    public var file: String
    /// SHA-256 of the answer's body.
    public var sha256: String
    /// When NASA gave the answer, by its clock.
    public var saidAt: Date

    /// What was published of an approach.
    public struct Published: Sendable {
        /// Its facts, whose record was read once.
        public var facts: ApproachFacts
        /// Its day.
        public var date: CalendarDate

        init(stored facts: ApproachFacts) throws(StoreError) {
            (self.facts, date) = (facts, try CloseApproach(stored: facts).observationDate)
        }

        /// The approach.
        public var approach: CloseApproach { CloseApproach(facts, on: date) }
    }

    /// The approach as it is since; of one that was retired, as it was before.
    public var approach: CloseApproach { stated.approach }
    /// What was published before; nil for `new` and `returned`.
    public var before: CloseApproach? { old?.approach }
    /// What is published since; nil for `retired`.
    public var after: CloseApproach? { kind == .retired ? nil : stated.approach }

    /// Passes of one object are at least 44 days apart; what lies nearer is the same pass.
    public static let samePassDays = 20
}

/// Changes of a time.
public struct ChangeList: Sendable {
    /// The newest first.
    public var changes: [ApproachChange]
    /// Up to this moment.
    public var until: Date
    /// The publication that was the last one when the list was made.
    public var publication: Publication
}

extension ApproachKey {
    /// The same for all approaches of an object to a body.
    fileprivate var pair: ApproachKey {
        ApproachKey(id: id, orbitingBody: orbitingBody, date: CalendarDate(daysSinceEpoch: 0))
    }
}

extension [ApproachChange] {
    /// Pairs arrivals on one day with departures from another one nearby of the same object and body: each pair becomes
    /// one `moved`, at the later of the two. Not where either day saw another change between them; of several, those
    /// nearest in time.
    mutating func joinMoves() {
        let left = Set(lazy.filter { $0.kind == .retired }.map(\.key.pair))
        let groups = Dictionary(grouping: indices.filter { left.contains(self[$0].key.pair) }) { self[$0].key.pair }
        var moves: [(later: Int, earlier: Int, move: ApproachChange)] = []
        for indices in groups.values where indices.count > 1 {
            var departures = indices.filter { self[$0].kind == .retired }
            for arrival in indices where self[arrival].kind == .new || self[arrival].kind == .returned {
                let partners = departures.filter { isMove(from: $0, to: arrival, among: indices) }
                guard let departure = partners.min(by: { apart($0, arrival) < apart($1, arrival) }) else { continue }
                departures.removeAll { $0 == departure }
                let isArrivalLater = self[arrival].publishedAt >= self[departure].publishedAt
                let (later, earlier) = isArrivalLater ? (arrival, departure) : (departure, arrival)
                var move = self[later]
                (move.kind, move.key) = (.moved, self[arrival].key)
                (move.stated, move.old) = (self[arrival].stated, self[departure].stated)
                moves.append((later, earlier, move))
            }
        }
        for (later, _, move) in moves { self[later] = move }
        let joined = Set(moves.map(\.earlier))
        guard !joined.isEmpty else { return }
        self = indices.lazy.filter { !joined.contains($0) }.map { self[$0] }
    }

    private func apart(_ one: Int, _ other: Int) -> TimeInterval {
        abs(self[one].publishedAt.timeIntervalSince(self[other].publishedAt))
    }

    private func isMove(from departure: Int, to arrival: Int, among indices: [Int]) -> Bool {
        let (old, new) = (self[departure].key.date, self[arrival].key.date)
        guard old != new, abs(old.daysSinceEpoch - new.daysSinceEpoch) <= ApproachChange.samePassDays else {
            return false
        }
        let times = [self[departure].publishedAt, self[arrival].publishedAt].sorted()
        return !indices.contains { index in
            let day = self[index].key.date
            guard index != departure, index != arrival else { return false }
            return (day == old || day == new) && self[index].publishedAt >= times[0]
                && self[index].publishedAt <= times[1]
        }
    }
}
