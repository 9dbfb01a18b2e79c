import Foundation
import NearEarth
import Support
import Synchronization
import SystemPackage
import Warehouse

/// How far a command is, on standard error: a line that is drawn again on a terminal, a line every few seconds
/// elsewhere. It says what is done of all, how fast it goes, how long it will take, and what is waited for.
final class Progress: WaitObserver {
    private struct State {
        var done = 0
        var total = 0
        var unit = ""
        var detail = ""
        var pace = Pace()
        /// What tasks wait for, with how many of them do.
        var waits: [Wait: Int] = [:]
        /// Since when there was something that a person could do about.
        var stuckSince: Duration?
        var hasHinted = false
        var shown = ""
        var lastLine = Duration.zero
        var isOver = false
    }

    /// That of the command under way.
    static var current: Progress? { Waiting.observer as? Progress }

    private let state = Mutex(State())
    private let style: Style
    private let began = ContinuousClock.now

    /// How it is shown.
    enum Style {
        case none
        /// One line that changes.
        case line
        /// A line each time.
        case lines
    }

    /// Before this a command that is done in a moment shows nothing.
    private static let patience = Duration.milliseconds(400)
    /// Between two lines where there is no terminal.
    private static let spacing = Duration.seconds(5)
    /// After so long without an answer a person is told what they can do.
    private static let hintDelay = Duration.seconds(2)
    private static let tick = Duration.milliseconds(250)

    init(_ style: Style) {
        self.style = style
    }

    /// Says how far the work is. `detail` comes behind it.
    func show(_ done: Int, of total: Int, _ unit: String, _ detail: String = "") {
        let elapsed = began.duration(to: .now)
        state.withLock { state in
            if state.unit != unit { state.pace = Pace() }
            if done != state.done { state.stuckSince = nil }
            (state.done, state.total, state.unit, state.detail) = (done, total, unit, detail)
            state.pace.add(done, at: elapsed)
        }
    }

    /// Says how far the copying of a store is.
    func show(_ progress: CopyProgress) {
        show(progress.done, of: progress.total, progress.unit, progress.step)
    }

    /// A wait began, or ended.
    func note(_ wait: Wait, isOver: Bool) {
        let elapsed = began.duration(to: .now)
        state.withLock { state in
            state.waits[wait, default: 0] += isOver ? -1 : 1
            if state.waits[wait] == 0 { state.waits[wait] = nil }
            if wait.hint != nil, state.stuckSince == nil { state.stuckSince = elapsed }
        }
        draw()
    }

    /// Draws until it is cancelled.
    func run() async {
        while (try? await Task.sleep(for: Self.tick)) != nil { draw() }
    }

    /// Takes the line away: what follows is the result.
    func end() {
        state.withLock { $0.isOver = true }
        if case .line = style { Terminal.endProgress() }
    }

    private func draw() {
        let elapsed = began.duration(to: .now)
        guard elapsed >= Self.patience else { return }
        hint(elapsed)
        let text = state.withLock { state -> String? in
            let text = state.isOver ? "" : Self.text(state, elapsed)
            guard !text.isEmpty, text != state.shown else { return nil }
            if case .lines = style {
                guard elapsed - state.lastLine >= Self.spacing else { return nil }
                state.lastLine = elapsed
            }
            state.shown = text
            return text
        }
        guard let text else { return }
        switch style {
        case .none: break
        // A line that wraps can't be drawn over.
        case .line:
            // The window may have been resized since.
            let width = Screen(.standardError).width ?? 80
            // A terminal shows ^C behind it.
            let room = max(1, width - 3)
            Terminal.progress(text.count <= room ? text : text.prefix(room - 1) + "…")
        case .lines: Terminal.note(text)
        }
    }

    /// Says once what can be done about a wait that takes long.
    private func hint(_ elapsed: Duration) {
        if case .none = style { return }
        let wait = state.withLock { state -> Wait? in
            guard !state.hasHinted, !state.isOver, let since = state.stuckSince, elapsed - since >= Self.hintDelay,
                let wait = state.waits.keys.first(where: { $0.hint != nil })
            else { return nil }
            state.hasHinted = true
            return wait
        }
        if let wait { Terminal.warn(wait.text(now: Date()), next: wait.hint) }
    }

    private static func text(_ state: State, _ elapsed: Duration) -> String {
        var parts: [String] = []
        if state.total > 0 {
            parts.append("\(state.done.grouped()) of \(state.total.grouped()) \(state.unit)")
            if !state.detail.isEmpty { parts.append(state.detail) }
            if let pace = state.pace.estimate(state.total - state.done, at: elapsed) {
                parts.append("\(pace.rate)/s")
                parts.append("\(DurationText.text(pace.remaining)) to go")
            }
        }
        // The one that ends last is the one that counts.
        if let wait = state.waits.keys.max(by: { $0.until ?? .distantPast < $1.until ?? .distantPast }) {
            parts.append(wait.text(now: Date()))
        }
        return parts.joined(separator: ", ")
    }
}

/// How fast something goes, judged by its last half minute.
struct Pace {
    private var samples: [(done: Int, at: Duration)] = []

    /// What is looked back on.
    private static let window = Duration.seconds(30)
    /// Less than this says nothing.
    private static let least = Duration.seconds(3)

    mutating func add(_ done: Int, at time: Duration) {
        if let last = samples.last, last.done == done { return }
        samples.append((done, time))
        while samples.count > 2, time - samples[0].at > Self.window { samples.removeFirst() }
    }

    /// The rate, and the time for `left` more; nil while there is too little to tell from. What came before the first
    /// sample, as the start of a cluster, is not part of the rate.
    func estimate(_ left: Int, at now: Duration) -> (rate: String, remaining: Duration)? {
        guard let first = samples.first, let last = samples.last, samples.count >= 3, now - first.at >= Self.least,
            last.done > first.done, left > 0
        else { return nil }
        let seconds = (now - first.at) / .seconds(1)
        let rate = Double(last.done - first.done) / seconds
        let text = rate >= 10 ? Int(rate).grouped() : String(format: "%.1f", rate)
        return (text, .seconds(Double(left) / rate))
    }
}
