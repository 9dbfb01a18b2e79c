import Pipeline
import Synchronization

/// A back-fill's progress on standard error: one line that changes on a terminal, a line every few seconds elsewhere.
final class ProgressLine: Sendable {
    private let lastShown = Mutex<Duration?>(nil)
    private let isTerminal = Terminal.errorIsTerminal

    func show(_ progress: RunProgress) {
        let isLast = progress.done == progress.total
        let isDue = lastShown.withLock { last in
            let spacing: Duration = isTerminal ? .milliseconds(100) : .seconds(5)
            guard isLast || progress.failure != nil || last.map({ progress.elapsed - $0 >= spacing }) ?? true else {
                return false
            }
            last = progress.elapsed
            return true
        }
        guard isDue else { return }
        let left = progress.requestsLeft.map { ", \($0) requests left" } ?? ""
        let time =
            progress.remaining.map {
                isLast ? ", took \(DurationText.text(progress.elapsed))" : ", \(DurationText.text($0)) to go"
            } ?? ""
        let text = "\(progress.done)/\(progress.total) windows, \(progress.rows) rows\(left)\(time)"
        if isTerminal {
            Terminal.replaceLine(isLast ? text + "\n" : text)
        } else {
            Terminal.note(text)
        }
    }
}
