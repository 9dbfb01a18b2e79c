import NearEarth
import SparkConnect
import Transform
import Warehouse

/// Gathers a run's batches for one Spark job: it begins once every batch has come or is known not to come.
actor Gathering {
    private let engine: SparkEngine
    private let landing: String
    /// Empties the staging table of these batches.
    private let clear: @Sendable ([Batch]) async throws(StoreError) -> Void
    private let log: ClusterLog
    private var expected: Int
    private var absent: Set<Batch> = []
    private var arrived: [Batch: CheckedContinuation<Outcome, Never>] = [:]
    private var gathering: SparkJob?
    /// Batches whose lines the gathering job has, or is being given, and whose output was not asked for yet.
    private var onTheirWay = 0
    private var jobs: [SparkJob] = []
    private var running: Task<[String: SparkJob.Output], any Error>?

    typealias Outcome = Result<SparkJob.Output, Failure>

    /// Why a batch got nothing.
    enum Failure: Error {
        case engine(SparkEngineError)
        case store(StoreError)
    }

    init(
        engine: SparkEngine, landing: String, expected: Int, log: ClusterLog, clear: @escaping @Sendable ([Batch]) async throws(StoreError) -> Void
    ) {
        self.engine = engine
        self.log = log
        self.landing = landing
        self.expected = expected
        self.clear = clear
    }

    /// Adds a batch's lines to the job that gathers; `output` is to be asked for next. `file` is the name of its processed CSV.
    func add(_ rendition: Rendition, _ batch: Batch, file: String) async throws(Failure) {
        onTheirWay += 1
        do throws(SparkEngineError) {
            let job: SparkJob
            if let gathering { job = gathering } else { job = try SparkJob(landing: landing) }
            gathering = job
            try await job.add(rendition, batch: batch, file: file)
        } catch {
            onTheirWay -= 1
            throw .engine(error)
        }
    }

    /// An added batch's output, once the job that it goes with is done.
    func output(of batch: Batch) async throws(Failure) -> SparkJob.Output {
        let outcome: Outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
                onTheirWay -= 1
                guard !Task.isCancelled else {
                    continuation.resume(returning: .failure(.engine(.spark(.cancelled))))
                    return
                }
                arrived[batch] = continuation
                beginIfComplete()
            }
        } onCancel: {
            Task { await self.cancel() }
        }
        return try outcome.get()
    }

    /// A batch is done; if it never came, nobody waits for it any more.
    func leave(_ batch: Batch) {
        guard expected > 0 else { return }
        absent.insert(batch)
        beginIfComplete()
    }

    /// Removes the jobs' files.
    func close() async {
        for job in jobs { await job.discard() }
        await gathering?.discard()
    }

    private func cancel() {
        running?.cancel()
        guard running == nil else { return }
        for (_, continuation) in arrived { continuation.resume(returning: .failure(.engine(.spark(.cancelled)))) }
        arrived = [:]
    }

    private func beginIfComplete() {
        guard running == nil, !arrived.isEmpty, onTheirWay == 0, arrived.count + absent.count >= expected, let job = gathering else { return }
        // From here on, a batch that comes (one that NASA is asked for again) goes by itself.
        expected = 0
        gathering = nil
        jobs.append(job)
        let batches = Array(arrived.keys)
        let (engine, clear, log) = (engine, clear, log)
        let work = Task {
            // The job is all batches', not that of the one which came last.
            try await RunJournal.$place.withValue(RunJournal.place.map { RunJournal.Place(journal: $0.journal, stage: .transform) }) {
                if engine.table != nil { try await clear(batches) }
                let address = try await SparkJob.userInterface(engine.session)
                if let address { engine.announce(address) }
                log.began(address)
                defer { log.ended() }
                // Progress comes from the session's own tasks, which know of no run.
                let place = RunJournal.place
                return try await job.run(engine.session, table: engine.table) { progress in
                    engine.progress(progress)
                    RunJournal.$place.withValue(place) { log.note(progress) }
                }
            }
        }
        running = work
        Task { finish(await work.result) }
    }

    private func finish(_ result: Result<[String: SparkJob.Output], any Error>) {
        running = nil
        let waiting = arrived
        arrived = [:]
        for (batch, continuation) in waiting {
            switch result {
            case .success(let outputs):
                continuation.resume(returning: outputs[batch.name].map { .success($0) } ?? .failure(.engine(.mismatch("nothing came of \(batch)"))))
            case .failure(let error as StoreError): continuation.resume(returning: .failure(.store(error)))
            case .failure(let error as SparkError): continuation.resume(returning: .failure(.engine(.spark(error))))
            case .failure(let error as SparkEngineError): continuation.resume(returning: .failure(.engine(error)))
            case .failure(let error): continuation.resume(returning: .failure(.engine(.mismatch("\(error)"))))
            }
        }
    }
}
