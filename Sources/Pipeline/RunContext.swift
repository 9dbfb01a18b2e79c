import NearEarth
import Warehouse

/// A run under way: its plan, its number, and the store as its batches call it, side by side.
struct RunContext: Sendable {
    var plan: Plan
    let run: RunID
    let records: Together<Batch, BatchRecord?>
    let claims: Together<Batch, Claim>
    let loads: Together<StagedBatch, LoadedBatch>
    /// Whose turn it is to ask the service.
    let turns: Turns
    /// Where batches become one Spark job; nil for the embedded engine.
    let gathering: Gathering?

    /// Batches in a transaction at most: some 25,000 rows, 10 MB.
    private static let limit = 256

    init(plan: Plan, run: RunID, store: any Store, turns: Turns, gathering: Gathering?) {
        self.plan = plan
        self.run = run
        self.turns = turns
        self.gathering = gathering
        let movesCheckpoint = plan.movesCheckpoint
        records = Together(limit: Self.limit) { batches async throws(StoreError) in
            let found = try await store.records(of: batches)
            return batches.map { found[$0] }
        }
        claims = Together(limit: Self.limit) { batches async throws(StoreError) in try await store.claim(batches, for: run) }
        loads = Together(limit: Self.limit, mayJoin: Self.mayJoin) { group async throws(StoreError) in
            try await store.load(group, by: run, movesCheckpoint: movesCheckpoint, rules: BatchRule.results)
        }
    }

    /// Windows that share no day reconcile different rows; what is no window goes alone.
    private static func mayJoin(_ staged: StagedBatch, _ group: [StagedBatch]) -> Bool {
        guard let window = staged.batch.window else { return false }
        return group.allSatisfy { other in other.batch.window.map { $0.to < window.from || window.to < $0.from } ?? false }
    }
}
