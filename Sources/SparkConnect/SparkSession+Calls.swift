import Foundation
import GRPCCore
import SwiftProtobuf

extension SparkSession {
    /// A call with one answer, tried again where nobody answers.
    func call<Request: Message, Response: Message>(
        _ method: String, _ request: Request, timeout: Duration = .seconds(60)
    ) async throws(SparkError) -> Response {
        var failures = 0
        while true {
            do {
                return try await channel.unary(method, request, timeout: timeout)
            } catch {
                try await wait(after: error, &failures)
            }
        }
    }

    /// Waits before the next attempt: 50 ms after the first failure in a row, 2.5 times as long after each further one,
    /// at most 4 s, with jitter. Throws the problem where another attempt can't help, and after the last one.
    func wait(after problem: any Error, _ failures: inout Int) async throws(SparkError) {
        failures += 1
        guard Self.isTransient(problem), failures < attempts, !Task.isCancelled else { throw await error(problem) }
        let seconds = min(0.05 * pow(2.5, Double(failures - 1)), 4)
        do {
            try await Task.sleep(for: .seconds(seconds * Double.random(in: 0.75...1.25)))
        } catch {
            throw .cancelled
        }
    }

    /// Whether the same call may be answered a moment later.
    static func isTransient(_ error: any Error) -> Bool {
        guard let error = error as? RPCError else { return false }
        switch error.code {
        case .unavailable: return true
        // The connection broke in mid-answer, or another call reads this operation's answers just now.
        case .internalError:
            return error.details == nil || error.sparkCondition.hasPrefix("INVALID_CURSOR.DISCONNECTED")
        default: return false
        }
    }

    /// What gRPC threw, as an error of ours.
    func error(_ error: any Error) async -> SparkError {
        if let error = error as? SparkError { return error }
        if Task.isCancelled { return .cancelled }
        guard let rpc = error as? RPCError else { return .unavailable(server: "\(address)", cause: "\(error)") }
        guard let details = rpc.details else {
            switch rpc.code {
            case .unavailable: return .unavailable(server: "\(address)", cause: rpc.message)
            case .deadlineExceeded: return .unavailable(server: "\(address)", cause: "no answer in time")
            case .unauthenticated, .permissionDenied: return .unauthenticated(server: "\(address)")
            default: return .rpc(code: "\(rpc.code)", message: rpc.message)
            }
        }
        if rpc.sparkCondition.hasPrefix("INVALID_HANDLE.SESSION_") {
            return .sessionLost(server: "\(address)", cause: String(rpc.message.prefix { !$0.isNewline }))
        }
        return .failed(await failure(rpc, details))
    }

    /// The error's full message and its causes, which the server keeps for whoever asks.
    private func failure(_ rpc: RPCError, _ details: [String: String]) async -> SparkFailure {
        var failure = SparkFailure(
            condition: details["errorClass"], sqlState: details["sqlState"], message: rpc.message, causes: [])
        guard let errorID = details["errorId"] else { return failure }
        let request = ProtoFetchErrorDetailsRequest.with {
            identify(&$0)
            $0.errorID = errorID
        }
        let answer: ProtoFetchErrorDetailsResponse? = try? await channel.unary(
            "FetchErrorDetails", request, timeout: .seconds(10))
        guard let answer, answer.hasRootErrorIdx, answer.errors.indices.contains(Int(answer.rootErrorIdx)) else {
            return failure
        }
        var next = answer.errors[Int(answer.rootErrorIdx)]
        failure.message = next.message
        while next.hasCauseIdx, answer.errors.indices.contains(Int(next.causeIdx)),
            failure.causes.count < answer.errors.count
        {
            next = answer.errors[Int(next.causeIdx)]
            failure.causes.append(next.message)
        }
        return failure
    }
}

extension RPCError {
    /// The metadata of the google.rpc.ErrorInfo in `grpc-status-details-bin`: Spark's `errorClass`, `sqlState`
    /// and `errorId`; nil where there is none.
    fileprivate var details: [String: String]? {
        for bytes in metadata[binaryValues: "grpc-status-details-bin"] {
            guard let status = try? ProtoStatus(serializedBytes: bytes) else { continue }
            for detail in status.details where detail.typeURL.hasSuffix("google.rpc.ErrorInfo") {
                if let info = try? ProtoErrorInfo(serializedBytes: detail.value) { return info.metadata }
            }
        }
        return nil
    }

    /// Spark's error condition; empty where there is none.
    var sparkCondition: String { details?["errorClass"] ?? "" }
}
