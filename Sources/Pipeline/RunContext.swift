import Landing
import NearEarth
import Warehouse

/// A run under way: its plan, its number, and the store as its batches call it, side by side.
struct RunContext: Sendable {
    var plan: Plan
    let run: RunID
    /// What the ledger had on its batches when it began; a claim says what it has by then.
    let known: [Batch: BatchRecord]
    let claims: Together<Batch, Claim, StoreError>
    let loads: Together<StagedBatch, LoadedBatch, LoadFailure>
    /// Whose turn it is to ask the service.
    let turns: Turns
    /// Where batches become one Spark job; nil for the embedded engine.
    let gathering: Gathering?

    /// Batches in a transaction at most: some 25,000 rows, 10 MB.
    private static let limit = 256

    init(plan: Plan, run: RunID, known: [Batch: BatchRecord], store: any Store, landing: LandingZone, turns: Turns, gathering: Gathering?) {
        self.plan = plan
        self.run = run
        self.known = known
        self.turns = turns
        self.gathering = gathering
        let movesCheckpoint = plan.movesCheckpoint
        // Where no service is waited for, all batches come within moments: transactions are worth filling.
        let expected = plan.isBulk ? plan.batches.count : 0
        claims = Together(limit: Self.limit, expected: expected, concernsOne: \.isOfOneBatch) { batches async throws(StoreError) in
            try await store.claim(batches, for: run)
        }
        loads = Together(limit: Self.limit, expected: expected, mayJoin: Self.mayJoin, concernsOne: \.isOfOneBatch) { group async throws(LoadFailure) in
            try await Self.load(group, run, movesCheckpoint, store, landing)
        }
    }

    /// What the ledger has on a plan's batches.
    static func known(_ plan: Plan, _ store: any Store) async throws(StoreError) -> [Batch: BatchRecord] {
        var known: [Batch: BatchRecord] = [:]
        for start in stride(from: 0, to: plan.batches.count, by: limit) {
            known.merge(try await store.records(of: Array(plan.batches[start..<min(start + limit, plan.batches.count)]))) { $1 }
        }
        return known
    }

    /// The processed files are on disk before the ledger names them.
    private static func load(_ group: [StagedBatch], _ run: RunID, _ movesCheckpoint: Bool, _ store: any Store, _ landing: LandingZone)
        async throws(LoadFailure) -> [LoadedBatch]
    {
        do throws(LandingError) {
            try await landing.settle()
        } catch {
            throw .landing(error)
        }
        do throws(StoreError) {
            return try await store.load(group, by: run, movesCheckpoint: movesCheckpoint, rules: BatchRule.results)
        } catch {
            throw .store(error)
        }
    }

    /// Windows that share no day reconcile different rows; what is no window goes alone.
    private static func mayJoin(_ staged: StagedBatch, _ group: [StagedBatch]) -> Bool {
        guard let window = staged.batch.window else { return false }
        return group.allSatisfy { other in other.batch.window.map { $0.to < window.from || window.to < $0.from } ?? false }
    }
}

/// Why batches were not loaded.
enum LoadFailure: Error {
    case landing(LandingError)
    case store(StoreError)

    var isOfOneBatch: Bool {
        if case .store(let error) = self { error.isOfOneBatch } else { false }
    }
}

extension StoreError {
    /// Whether it says something of one batch, not of the store.
    fileprivate var isOfOneBatch: Bool {
        switch self {
        case .leaseLost, .notReady, .mixedOrigin: true
        default: false
        }
    }
}
