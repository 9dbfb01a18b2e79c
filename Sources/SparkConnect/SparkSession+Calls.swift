import GRPCCore
import SwiftProtobuf

extension SparkSession {
    /// A call with one answer, tried again where nobody answers.
    func call<Request: Message, Response: Message>(_ method: String, _ request: Request) async throws(SparkError)
        -> Response
    {
        var failures = 0
        while true {
            let problem: any Error
            do {
                return try await channel.unary(method, request)
            } catch {
                problem = error
            }
            failures += 1
            guard Self.isTransient(problem), failures < retries.attempts, !Task.isCancelled else {
                throw await error(problem)
            }
            try await wait(after: failures)
        }
    }

    /// Waits before the next attempt.
    func wait(after failures: Int) async throws(SparkError) {
        do {
            try await Task.sleep(for: retries.backoff(after: failures))
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
            return ErrorDetails(error) == nil
                || ErrorDetails(error)?.condition?.hasPrefix("INVALID_CURSOR.DISCONNECTED") == true
        default: return false
        }
    }

    /// What gRPC threw, as an error of ours.
    func error(_ error: any Error) async -> SparkError {
        if let error = error as? SparkError { return error }
        if Task.isCancelled { return .cancelled }
        guard let rpc = error as? RPCError else { return .unavailable(server: "\(address)", cause: "\(error)") }
        guard let details = ErrorDetails(rpc) else {
            switch rpc.code {
            case .unavailable: return .unavailable(server: "\(address)", cause: rpc.message)
            case .deadlineExceeded: return .unavailable(server: "\(address)", cause: "no answer in time")
            case .unauthenticated, .permissionDenied: return .unauthenticated(server: "\(address)")
            default: return .rpc(code: "\(rpc.code)", message: rpc.message)
            }
        }
        if let condition = details.condition, condition.hasPrefix("INVALID_HANDLE.SESSION_") {
            return .sessionLost(server: "\(address)", cause: String(rpc.message.prefix { !$0.isNewline }))
        }
        return .failed(await failure(rpc, details))
    }

    /// The error's full message and its causes, which the server keeps for whoever asks.
    private func failure(_ rpc: RPCError, _ details: ErrorDetails) async -> SparkFailure {
        var failure = SparkFailure(
            condition: details.condition, sqlState: details.sqlState, message: rpc.message,
            parameters: details.parameters,
            exception: details.exception, causes: [])
        guard let errorID = details.errorID else { return failure }
        let request = ProtoFetchErrorDetailsRequest.with {
            $0.sessionID = id
            $0.userContext = userContext
            $0.errorID = errorID
            $0.clientType = clientType
            if let observed { $0.clientObservedServerSideSessionID = observed }
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

/// google.rpc.ErrorInfo, as it travels in `grpc-status-details-bin`.
struct ErrorDetails {
    var condition: String?
    var sqlState: String?
    var parameters: String?
    var exception: String?
    var errorID: String?

    init?(_ error: RPCError) {
        for bytes in error.metadata[binaryValues: "grpc-status-details-bin"] {
            guard let status = try? ProtoStatus(serializedBytes: bytes) else { continue }
            for detail in status.details where detail.typeURL.hasSuffix("google.rpc.ErrorInfo") {
                guard let info = try? ProtoErrorInfo(serializedBytes: detail.value) else { continue }
                condition = info.metadata["errorClass"]
                sqlState = info.metadata["sqlState"]
                parameters = info.metadata["messageParameters"]
                errorID = info.metadata["errorId"]
                exception = info.reason
                return
            }
        }
        return nil
    }
}
