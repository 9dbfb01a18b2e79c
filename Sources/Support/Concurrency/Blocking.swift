import Dispatch

/// Calls that wait for a disk or a server, away from the few threads that all tasks share.
public enum Blocking {
    private static let queue = DispatchQueue(label: "perigee.blocking", attributes: .concurrent)

    /// Has a thread of its own make the call.
    public static func run<Result: Sendable, Failure: Error>(_ body: @escaping @Sendable () throws(Failure) -> Result)
        async throws(Failure) -> Result
    {
        let outcome: Swift.Result<Result, Failure> = await withCheckedContinuation { continuation in
            queue.async {
                do throws(Failure) {
                    continuation.resume(returning: .success(try body()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try outcome.get()
    }
}
