import NearEarth
import Warehouse

/// Changes of a time as the page of changes lists them: sorted once for each publication.
struct ChangesInView: Sendable {
    /// Revised and moved ones: the largest ratio of distances first.
    var revised: [ApproachChange]
    /// New and returned ones: closest first.
    var added: [ApproachChange]
    /// Retired ones: the newest first.
    var retired: [ApproachChange]
    /// What all revisions of a pass come to, from its first value to the one that it has now: the largest ratio first.
    var moves: [ApproachChange]

    init(_ newestFirst: [ApproachChange]) {
        revised = newestFirst.filter { $0.kind == .revised || $0.kind == .moved }.sorted(by: { $0.ratio ?? 1 }, >)
        added = newestFirst.filter { $0.kind == .new || $0.kind == .returned }.sorted(
            by: { $0.approach.missDistance }, <)
        retired = newestFirst.filter { $0.kind == .retired }
        var moves: [ApproachKey: ApproachChange] = [:]
        for change in newestFirst.reversed() {
            let known = change.old.flatMap { moves.removeValue(forKey: change.key(on: $0.date)) }
            guard change.kind == .revised || change.kind == .moved else { continue }
            var move = change
            move.old = known?.old ?? change.old
            moves[change.key] = move
        }
        self.moves = moves.values.filter { $0.ratio ?? 1 > 1.05 }.sorted(by: { $0.ratio ?? 1 }, >)
    }

    /// Those that a filter lets through, in the same order.
    func filtered(_ filter: ChangeFilter) -> ChangesInView {
        var view = self
        view.revised.removeAll { !filter.includes($0) }
        view.added.removeAll { !filter.includes($0) }
        view.retired.removeAll { !filter.includes($0) }
        view.moves.removeAll { !filter.includes($0) }
        return view
    }
}

extension ApproachChange {
    /// Distances before and after (km); nil where there are not both.
    var distances: (old: Double, new: Double)? {
        guard let before, let after else { return nil }
        return (before.missDistance, after.missDistance)
    }

    /// Its object and body on another day.
    fileprivate func key(on date: CalendarDate) -> ApproachKey {
        ApproachKey(id: key.id, orbitingBody: key.orbitingBody, date: date)
    }

    /// By which factor the distance grew or shrank, 1 or more.
    var ratio: Double? {
        distances.flatMap { old, new in old > 0 && new > 0 ? max(old / new, new / old) : nil }
    }
}

extension [ApproachChange] {
    /// By a number that is read once of each; of equal ones by SPK-ID.
    fileprivate func sorted(by number: (ApproachChange) -> Double, _ isBefore: (Double, Double) -> Bool) -> Self {
        map { (number: number($0), change: $0) }.sorted { one, two in
            one.number == two.number
                ? (one.change.key.id, one.change.key.date) < (two.change.key.id, two.change.key.date)
                : isBefore(one.number, two.number)
        }.map(\.change)
    }
}
