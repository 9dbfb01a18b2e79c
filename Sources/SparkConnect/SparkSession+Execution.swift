import Foundation
import GRPCCore
import SwiftProtobuf
import Synchronization

/// What an operation gave besides rows.
public struct SparkResult: Sendable {
    /// The observed metrics by their own name, then by the metric's.
    public var metrics: [String: [String: SparkValue]] = [:]
    /// How often its stream was taken up again.
    public var reattachments = 0

    /// A metric that is an integer; nil where there is none.
    public func integer(_ name: String) -> Int? {
        for values in metrics.values {
            if let value = values[name]?.integer { return Int(value) }
        }
        return nil
    }
}

extension SparkSession {
    /// Runs a statement that gives no rows: DDL, `SET`, `INSERT`.
    @discardableResult
    public func run(_ sql: String, progress: @Sendable @escaping (SparkProgress) -> Void = { _ in })
        async throws(SparkError) -> SparkResult
    {
        try await execute(.with { $0.command.sqlCommand.input.sql.query = sql }, progress)
    }

    /// Has the executors write a query's rows, and returns the metrics observed on the way.
    @discardableResult
    public func write(
        _ query: SparkQuery, _ write: SparkWrite, progress: @Sendable @escaping (SparkProgress) -> Void = { _ in }
    ) async throws(SparkError) -> SparkResult {
        try await execute(.with { $0.command.writeOperation = write.operation(query) }, progress)
    }

    /// Hands on the rows of a query with one column of texts, nil for NULL, as they come: each once, also where the
    /// stream is taken up again.
    @discardableResult
    public func texts(
        of query: SparkQuery, progress: @Sendable @escaping (SparkProgress) -> Void = { _ in },
        _ row: @Sendable @escaping (ArraySlice<UInt8>?) throws -> Void
    ) async throws(SparkError) -> SparkResult {
        try await execute(.with { $0.root = query.relation }, progress) { try ArrowTexts.read(Array($0), row) }
    }

    /// One operation from its plan to its end. Its id is made here, so that a stream that breaks or that the server
    /// ends before its time (`spark.connect.execute.reattachable.senderMaxStreamDuration`) is taken up again where it
    /// was.
    private func execute(
        _ plan: ProtoPlan, _ progress: @Sendable @escaping (SparkProgress) -> Void,
        rows: @Sendable @escaping (Data) throws -> Void = { _ in }
    ) async throws(SparkError) -> SparkResult {
        let operation = Operation(id: UUID().uuidString.lowercased(), plan: plan, rows: rows)
        do throws(SparkError) {
            let result = try await follow(operation, progress)
            await releaseAll(operation)
            return result
        } catch {
            // Cutting the stream does not stop the query.
            if error == .cancelled { await interrupt(operation) }
            // Else the server would keep the plan, and log it when the session ends.
            await Task { await self.releaseAll(operation) }.value
            throw error
        }
    }

    private struct Operation: Sendable {
        let id: String
        let plan: ProtoPlan
        let rows: @Sendable (Data) throws -> Void
    }

    /// What has come of an operation so far.
    fileprivate struct State: Sendable {
        var result = SparkResult()
        var lastResponse: String?
        var isComplete = false
    }

    private func follow(_ operation: Operation, _ progress: @Sendable @escaping (SparkProgress) -> Void)
        async throws(SparkError) -> SparkResult
    {
        let state = Mutex(State())
        var failures = 0
        var reattaches = false
        while true {
            let before = state.withLock(\.lastResponse)
            var problem: (any Error)?
            do {
                try await stream(operation, after: before, reattaches) { [self] response in
                    remember(response.serverSideSessionID)
                    if case .arrowBatch(let batch) = response.responseType { try operation.rows(batch.data) }
                    let step: SparkProgress? = state.withLock { $0.take(response) }
                    if let step { progress(step) }
                }
            } catch {
                problem = error
            }
            let now = state.withLock { $0 }
            if now.isComplete { return now.result }
            if now.lastResponse != before { failures = 0 }
            if let problem {
                // The call never arrived: nothing to take up again.
                if let rpc = problem as? RPCError, reattaches, now.lastResponse == nil,
                    ErrorDetails(rpc)?.condition?.hasPrefix("INVALID_HANDLE.OPERATION_NOT_FOUND") == true
                {
                    reattaches = false
                    continue
                }
                failures += 1
                guard Self.isTransient(problem), failures < retries.attempts, !Task.isCancelled else {
                    throw await error(problem)
                }
                try await wait(after: failures)
            } else if Task.isCancelled {
                throw .cancelled
            } else {
                await releaseUntil(now.lastResponse, operation)
            }
            reattaches = true
            state.withLock { $0.result.reattachments += 1 }
        }
    }

    private func stream(
        _ operation: Operation, after last: String?, _ reattaches: Bool,
        _ body: @Sendable @escaping (ProtoExecutePlanResponse) async throws -> Void
    ) async throws {
        if reattaches {
            let request = ProtoReattachExecuteRequest.with {
                $0.sessionID = id
                $0.userContext = userContext
                $0.clientType = clientType
                $0.operationID = operation.id
                if let last { $0.lastResponseID = last }
                if let observed { $0.clientObservedServerSideSessionID = observed }
            }
            try await channel.stream("ReattachExecute", request, body)
        } else {
            let request = ProtoExecutePlanRequest.with {
                $0.sessionID = id
                $0.userContext = userContext
                $0.clientType = clientType
                $0.operationID = operation.id
                $0.plan = operation.plan
                $0.requestOptions = [.with { $0.reattachOptions.reattachable = true }]
                if let observed { $0.clientObservedServerSideSessionID = observed }
            }
            try await channel.stream("ExecutePlan", request, body)
        }
    }

    // MARK: The end of an operation

    /// Tells the server that it need not keep the answers.
    private func releaseAll(_ operation: Operation) async {
        let request = releaseRequest(operation) { $0.releaseAll = .init() }
        let _: ProtoReleaseExecuteResponse? = try? await channel.unary("ReleaseExecute", request, timeout: .seconds(5))
    }

    private func releaseUntil(_ response: String?, _ operation: Operation) async {
        guard let response else { return }
        let request = releaseRequest(operation) { $0.releaseUntil.responseID = response }
        let _: ProtoReleaseExecuteResponse? = try? await channel.unary("ReleaseExecute", request, timeout: .seconds(5))
    }

    private func releaseRequest(_ operation: Operation, _ release: (inout ProtoReleaseExecuteRequest) -> Void)
        -> ProtoReleaseExecuteRequest
    {
        .with {
            $0.sessionID = id
            $0.userContext = userContext
            $0.clientType = clientType
            $0.operationID = operation.id
            if let observed { $0.clientObservedServerSideSessionID = observed }
            release(&$0)
        }
    }

    /// Stops an operation on the cluster, from a task that was cancelled itself.
    private func interrupt(_ operation: Operation) async {
        let request = ProtoInterruptRequest.with {
            $0.sessionID = id
            $0.userContext = userContext
            $0.clientType = clientType
            $0.interruptType = .operationID
            $0.operationID = operation.id
            if let observed { $0.clientObservedServerSideSessionID = observed }
        }
        await Task { [channel] in
            let _: ProtoInterruptResponse? = try? await channel.unary("Interrupt", request, timeout: .seconds(10))
        }.value
    }
}

fileprivate extension SparkSession.State {
    /// Takes an answer in; returns progress where it is a report of it.
    mutating func take(_ response: ProtoExecutePlanResponse) -> SparkProgress? {
        if !response.responseID.isEmpty { lastResponse = response.responseID }
        for observed in response.observedMetrics {
            for (key, value) in zip(observed.keys, observed.values) {
                result.metrics[observed.name, default: [:]][key] = SparkValue(value)
            }
        }
        switch response.responseType {
        case .resultComplete: isComplete = true
        case .executionProgress(let report): return SparkProgress(report)
        case .arrowBatch, nil: break
        }
        return nil
    }
}
