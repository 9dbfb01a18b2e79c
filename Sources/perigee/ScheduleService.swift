import Foundation
import Logging
import NearEarth
import Pipeline
import ServiceLifecycle
import Support
import Synchronization
import Warehouse

/// The schedule as a service: steps of the scheduler, one after the other, until it is asked to stop.
final class ScheduleService: Service {
    private let scheduler: Scheduler
    private let once: Bool
    private let session: Session
    private let status = Mutex(ExitStatus.success)
    private let hasRun = Atomic(false)

    /// How often the ledger is looked at, for what other processes ask of it: triggers, pauses, slots of a server that
    /// died.
    private static let poll: Duration = .seconds(2)
    /// How long the command of --on-failure may take.
    private static let commandBound: Duration = .seconds(60)

    init(scheduler: Scheduler, once: Bool, session: Session) {
        self.scheduler = scheduler
        self.once = once
        self.session = session
    }

    /// The code of the worst run so far.
    var worst: ExitStatus { status.withLock { $0 } }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let pause = try await self.step()
                guard let pause, (try? await Task.sleep(for: pause)) != nil else { return }
            }
        }
    }

    /// One step; how long to rest after it, nil to end.
    private func step() async throws -> Duration? {
        do throws(StoreError) {
            switch try await scheduler.step() {
            case .ran(let slot, let end):
                report(slot, end)
                if end.state == .failed { await tell(of: end) }
                return .zero
            case .held: return Self.poll
            case .idle(let next):
                if once, !hasRun.load(ordering: .relaxed), !session.json {
                    Terminal.print("Nothing is due\(next.map { "; the next turn is \($0.toTheSecond) UTC" } ?? "").")
                }
                return once ? nil : rest(next)
            }
        } catch {
            guard !once else { throw error }
            session.logger.error("The store is not available; trying again.", metadata: ["cause": "\(error)"])
            return Self.poll
        }
    }

    private func rest(_ next: Date?) -> Duration {
        guard let next else { return Self.poll }
        return min(Self.poll, max(.milliseconds(1), .milliseconds(Int(next.timeIntervalSinceNow * 1000))))
    }

    /// Tells of a run that failed: in words, and by the command that the user named.
    private func tell(of end: SlotEnd) async {
        let run = end.run.map { "run \($0)" } ?? "a run"
        let next = end.run.map { "see `perigee show \($0)` and `perigee logs \($0)`" } ?? "see `perigee schedule show`"
        Terminal.error(
            CommandFailure(.tryLater, "\(run) failed: \(end.error ?? "no reason is known")", next: next))
        let command = session.settings[.onFailure]
        guard !command.isEmpty else { return }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["PERIGEE_RUN": end.run.map(String.init) ?? "", "PERIGEE_ERROR": end.error ?? ""]) { $1 }
        // What it prints is no output of ours.
        process.standardOutput = FileHandle.standardError
        do {
            try process.run()
            // One that hangs must not keep the schedule from its next turn.
            let began = ContinuousClock.now
            while process.isRunning, began.duration(to: .now) < Self.commandBound,
                (try? await Task.sleep(for: .milliseconds(50))) != nil
            {}
            if process.isRunning { process.terminate() }
            let isDone = !process.isRunning && process.terminationStatus == 0
            if !isDone { Terminal.warn("the command of --on-failure did not succeed") }
        } catch {
            Terminal.warn("the command of --on-failure can't be started: \(error.localizedDescription)")
        }
    }

    private func report(_ slot: SlotRecord, _ end: SlotEnd) {
        hasRun.store(true, ordering: .relaxed)
        if end.state == .failed { status.withLock { $0 = ExitStatus.worse($0, .tryLater) } }
        if session.json {
            var slot = slot
            (slot.state, slot.run, slot.error) = (end.state, end.run, end.error)
            Terminal.print(JSONText.line(SlotOutput(slot: slot)))
        } else {
            let run = end.run.map { ", run \($0)" } ?? ""
            Terminal.print(
                "\(slot.slot): \(slot.window) \(end.state.rawValue)\(run)\(end.error.map { ": \($0)" } ?? "")")
        }
    }
}

/// `perigee serve --json`, a line a slot: schema `perigee.slot/1`.
struct SlotOutput: Encodable {
    var schema = "perigee.slot/1"
    var slot: SlotRecord
}
