import Foundation
import GRPCCore
import SwiftProtobuf
import Synchronization

/// What an operation gave besides rows.
public struct SparkResult: Sendable {
    /// The query's metrics by their names: those that are whole numbers.
    public var metrics: [String: Int] = [:]
    /// How often its stream was taken up again.
    public var reattachments = 0
}

extension SparkSession {
    /// Runs a statement that gives no rows: DDL, `SET`, `INSERT`.
    @discardableResult
    public func run(_ sql: String, progress: @Sendable @escaping (SparkProgress) -> Void = { _ in })
        async throws(SparkError) -> SparkResult
    {
        try await execute(.with { $0.command.sqlCommand.input.sql.query = sql }, progress)
    }

    /// Has the executors write a query's rows, and returns the metrics observed on the way: aggregates by the name they
    /// come back under, such as `records: count(1)`.
    @discardableResult
    public func write(
        _ sql: String, metrics: [String: String] = [:], to write: SparkWrite,
        progress: @Sendable @escaping (SparkProgress) -> Void = { _ in }
    ) async throws(SparkError) -> SparkResult {
        var query = ProtoRelation.with { $0.sql.query = sql }
        if !metrics.isEmpty {
            query = .with { [query] in
                $0.collectMetrics.input = query
                $0.collectMetrics.name = "metrics"
                $0.collectMetrics.metrics = metrics.sorted { $0.key < $1.key }.map { name, aggregate in
                    .with { $0.expressionString.expression = "\(aggregate) AS `\(name)`" }
                }
            }
        }
        let operation = write.operation(query)
        return try await execute(.with { $0.command.writeOperation = operation }, progress)
    }

    /// Hands on the rows of a query with one column of texts, nil for NULL, as they come: each once, also where the
    /// stream is taken up again.
    @discardableResult
    public func texts(
        of sql: String, progress: @Sendable @escaping (SparkProgress) -> Void = { _ in },
        _ row: @Sendable @escaping (ArraySlice<UInt8>?) throws -> Void
    ) async throws(SparkError) -> SparkResult {
        try await execute(.with { $0.root.sql.query = sql }, progress) { try ArrowTexts.read(Array($0), row) }
    }

    /// One operation from its plan to its end. Its id is made here, so that a stream that breaks or that the server
    /// ends before its time (`spark.connect.execute.reattachable.senderMaxStreamDuration`) is taken up again where it
    /// was.
    private func execute(
        _ plan: ProtoPlan, _ progress: @Sendable @escaping (SparkProgress) -> Void,
        rows: @Sendable @escaping (Data) throws -> Void = { _ in }
    ) async throws(SparkError) -> SparkResult {
        try await reach()
        let operation = Operation(id: UUID().uuidString.lowercased(), plan: plan, rows: rows)
        do throws(SparkError) {
            let result = try await follow(operation, progress)
            await release(operation)
            return result
        } catch {
            // Cutting the stream does not stop the query.
            if error == .cancelled { await interrupt(operation) }
            // Else the server would keep the plan, and log it when the session ends.
            await Task { await self.release(operation) }.value
            throw error
        }
    }

    private struct Operation: Sendable {
        let id: String
        let plan: ProtoPlan
        let rows: @Sendable (Data) throws -> Void
    }

    /// What has come of an operation so far.
    private struct State: Sendable {
        var result = SparkResult()
        var lastResponse: String?
        var isComplete = false

        /// Takes an answer in; returns progress where it is a report of it.
        mutating func take(_ response: ProtoExecutePlanResponse) -> SparkProgress? {
            if !response.responseID.isEmpty { lastResponse = response.responseID }
            for observed in response.observedMetrics {
                for (key, value) in zip(observed.keys, observed.values) { result.metrics[key] = value.wholeNumber }
            }
            switch response.responseType {
            case .resultComplete: isComplete = true
            case .executionProgress(let report): return SparkProgress(report)
            case .arrowBatch, nil: break
            }
            return nil
        }
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
                // The call never arrived, nor an earlier one of the session's: nothing to take up again.
                if let rpc = problem as? RPCError, reattaches, now.lastResponse == nil, isUnknown(rpc.sparkCondition) {
                    reattaches = false
                    continue
                }
                try await wait(after: problem, &failures)
            } else if Task.isCancelled {
                throw .cancelled
            } else if let last = now.lastResponse {
                await release(operation, until: last)
            }
            reattaches = true
            state.withLock { $0.result.reattachments += 1 }
        }
    }

    /// Whether a server says so that knows no operation, or no session, because it was never told.
    private func isUnknown(_ condition: String) -> Bool {
        condition.hasPrefix("INVALID_HANDLE.OPERATION_NOT_FOUND")
            || condition.hasPrefix("INVALID_HANDLE.SESSION_NOT_FOUND") && observed == nil
    }

    private func stream(
        _ operation: Operation, after last: String?, _ reattaches: Bool,
        _ body: @Sendable @escaping (ProtoExecutePlanResponse) async throws -> Void
    ) async throws {
        if reattaches {
            let request = ProtoReattachExecuteRequest.with {
                identify(&$0)
                $0.operationID = operation.id
                if let last { $0.lastResponseID = last }
            }
            try await channel.stream("ReattachExecute", request, body)
        } else {
            let request = ProtoExecutePlanRequest.with {
                identify(&$0)
                $0.operationID = operation.id
                $0.plan = operation.plan
                $0.requestOptions = [.with { $0.reattachOptions.reattachable = true }]
            }
            try await channel.stream("ExecutePlan", request, body)
        }
    }

    // MARK: The end of an operation

    /// Tells the server that it need not keep the answers: all of them, or those up to one.
    private func release(_ operation: Operation, until response: String? = nil) async {
        let request = ProtoReleaseExecuteRequest.with {
            identify(&$0)
            $0.operationID = operation.id
            if let response { $0.releaseUntil.responseID = response } else { $0.releaseAll = .init() }
        }
        let _: ProtoReleaseExecuteResponse? = try? await channel.unary("ReleaseExecute", request, timeout: .seconds(5))
    }

    /// Stops an operation on the cluster, from a task that was cancelled itself.
    private func interrupt(_ operation: Operation) async {
        let request = ProtoInterruptRequest.with {
            identify(&$0)
            $0.interruptType = .operationID
            $0.operationID = operation.id
        }
        await Task { [channel] in
            let _: ProtoInterruptResponse? = try? await channel.unary("Interrupt", request, timeout: .seconds(10))
        }.value
    }
}

extension ProtoLiteral {
    /// A BYTE, SHORT, INTEGER or LONG; nil for anything else.
    fileprivate var wholeNumber: Int? {
        switch literalType {
        case .byte(let value), .short(let value), .integer(let value): Int(value)
        case .long(let value): Int(value)
        default: nil
        }
    }
}
