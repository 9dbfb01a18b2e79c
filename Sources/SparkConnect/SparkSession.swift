import Foundation
import SwiftProtobuf
import Synchronization

/// A session on a Spark Connect server: its own settings and temporary views, over one connection.
///
/// Nothing is sent before the first call, and the session is released at the end only if there was one.
public final class SparkSession: Sendable {
    /// Where the server is.
    public let address: SparkAddress
    /// The session's id on the server, a UUID.
    public let id: String
    let channel: Channel
    /// How often a call is tried in a row without an answer.
    let attempts: Int
    /// The id that the server gave its side of the session: sent back with each call, or a server that was started
    /// again would take the call into a new, empty session without a word.
    private let serverSide = Mutex<String?>(nil)
    let clientType: String

    private init(_ address: SparkAddress, attempts: Int) throws(SparkError) {
        self.address = address
        self.attempts = attempts
        id = address.sessionID ?? UUID().uuidString.lowercased()
        clientType = address.userAgent ?? "swift spark-connect"
        channel = try Channel(address)
    }

    /// Opens a session, lends it, and releases it. A call that finds no server is tried again after a pause, `attempts`
    /// times in a row.
    @discardableResult
    public static func with<Result: Sendable>(
        _ address: SparkAddress, attempts: Int = 8, _ body: (SparkSession) async throws -> Result
    ) async throws -> Result {
        let session = try SparkSession(address, attempts: attempts)
        // No child of this task: a cancelled one still has an operation to interrupt and a session to release.
        let connection = Task { [channel = session.channel] in try await channel.run() }
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(session))
        } catch {
            result = .failure(error)
        }
        await session.release()
        session.channel.close()
        // One that was never made, or whose server says nothing, does not end by itself.
        Task {
            try? await Task.sleep(for: .seconds(5))
            connection.cancel()
        }
        return try result.get()
    }

    /// Waits for the server's first answer: calls that stream can't be held to a time. A name that nobody knows and a
    /// server that says nothing are errors, and a cancelled task does not wait on.
    func reach(within limit: Duration = .seconds(120)) async throws(SparkError) {
        guard observed == nil else { return }
        let (answers, continuation) = AsyncThrowingStream.makeStream(of: String.self)
        // No children of this task, which would wait for them: what hangs may not hear that it is cancelled.
        let call = Task {
            do {
                continuation.yield(try await version(within: limit))
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        let clock = Task { [address] in
            try await Task.sleep(for: limit)
            continuation.finish(throwing: SparkError.unavailable(server: "\(address)", cause: "no answer in time"))
        }
        defer {
            call.cancel()
            clock.cancel()
        }
        do {
            for try await _ in answers { return }
        } catch {
            throw await self.error(error)
        }
        throw .cancelled
    }

    // MARK: Calls

    /// Spark's version, such as `4.3.0`.
    public func version() async throws(SparkError) -> String { try await version(within: .seconds(60)) }

    private func version(within limit: Duration) async throws(SparkError) -> String {
        let request = ProtoAnalyzePlanRequest.with {
            identify(&$0)
            $0.sparkVersion = .init()
        }
        let answer: ProtoAnalyzePlanResponse = try await call("AnalyzePlan", request, timeout: limit)
        remember(answer.serverSideSessionID)
        return answer.sparkVersion.version
    }

    /// A setting's value; nil where it has none.
    public func setting(_ name: String) async throws(SparkError) -> String? {
        let request = ProtoConfigRequest.with {
            identify(&$0)
            $0.operation.getOption.keys = [name]
        }
        let answer: ProtoConfigResponse = try await call("Config", request)
        remember(answer.serverSideSessionID)
        return answer.pairs.first.flatMap { $0.hasValue ? $0.value : nil }
    }

    private func release() async {
        guard observed != nil else { return }
        let request = ProtoReleaseSessionRequest.with {
            $0.sessionID = id
            $0.userContext = userContext
            $0.clientType = clientType
        }
        // A session that nobody releases, because its client was cancelled too, waits for the server's own time-out.
        await Task { [channel] in
            let _: ProtoReleaseSessionResponse? = try? await channel.unary(
                "ReleaseSession", request, timeout: .seconds(5))
        }.value
    }

    // MARK: What every call shares

    /// Says in a request whose session it is of, and which one of the server's.
    func identify(_ request: inout some SessionRequest) {
        request.sessionID = id
        request.userContext = userContext
        request.clientType = clientType
        if let observed { request.clientObservedServerSideSessionID = observed }
    }

    private var userContext: ProtoUserContext {
        .with {
            $0.userID = address.userID ?? ""
            $0.userName = address.userID ?? ""
        }
    }

    /// The id of the server's side of the session; nil before its first answer.
    var observed: String? { serverSide.withLock { $0 } }

    func remember(_ sessionID: String) {
        guard !sessionID.isEmpty else { return }
        serverSide.withLock { $0 = $0 ?? sessionID }
    }
}

/// A request of a session.
protocol SessionRequest: Message {
    var sessionID: String { get set }
    var userContext: ProtoUserContext { get set }
    var clientType: String { get set }
    /// The id that the server gave its side of the session.
    var clientObservedServerSideSessionID: String { get set }
}

extension ProtoAddArtifactsRequest: SessionRequest {}
extension ProtoAnalyzePlanRequest: SessionRequest {}
extension ProtoConfigRequest: SessionRequest {}
extension ProtoExecutePlanRequest: SessionRequest {}
extension ProtoFetchErrorDetailsRequest: SessionRequest {}
extension ProtoInterruptRequest: SessionRequest {}
extension ProtoReattachExecuteRequest: SessionRequest {}
extension ProtoReleaseExecuteRequest: SessionRequest {}
