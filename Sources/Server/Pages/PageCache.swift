import Foundation
import NIOCore
import Synchronization

/// Pages as they were last made, for as long as nothing that they show has changed.
final class PageCache: Sendable {
    /// What a page was made of: where it changes, the page may, too.
    struct Stamp: Hashable, Sendable {
        /// The last publication.
        var publication: Int64
        /// How runs, schedule and quarantine stand.
        var pulse: String
        /// The minute, since 1970: ages and times to go are shown to the minute.
        var minute: Int
    }

    private struct Known {
        var stamp: Stamp?
        var pages: [String: Answer] = [:]
        /// The oldest first.
        var targets: [String] = []
        var bytes = 0
    }

    private let known = Mutex(Known())
    private static let mostBytes = 32 << 20

    /// A page that was made of the same.
    func page(_ target: String, _ stamp: Stamp) -> Answer? {
        known.withLock { $0.stamp == stamp ? $0.pages[target] : nil }
    }

    /// Keeps a page. What was made of something else goes, and where there is no room, the oldest.
    func keep(_ answer: Answer, _ target: String, _ stamp: Stamp) {
        known.withLock { known in
            if known.stamp != stamp { known = Known(stamp: stamp) }
            if let earlier = known.pages.updateValue(answer, forKey: target) {
                known.bytes -= earlier.size
            } else {
                known.targets.append(target)
            }
            known.bytes += answer.size
            while known.bytes > Self.mostBytes {
                known.bytes -= known.pages.removeValue(forKey: known.targets.removeFirst())?.size ?? 0
            }
        }
    }
}

extension Answer {
    /// Bytes that it holds.
    fileprivate var size: Int {
        guard case .whole(let bytes) = body else { return 0 }
        return bytes.readableBytes + (compressed?.readableBytes ?? 0)
    }
}

/// What is read from the store for a publication, or for whatever else changes it, by what was asked: pages that differ
/// in the minute share it.
final class PublicationCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Known {
        var publication: Int64 = 0
        var values: [Key: Value] = [:]
        /// The oldest first.
        var keys: [Key] = []
    }

    private let known = Mutex(Known())
    private let most: Int

    /// At most so many values: of more, the newest.
    init(atMost most: Int) { self.most = most }

    func value(_ key: Key, of publication: Int64, _ make: () async throws -> Value) async throws -> Value {
        if let value = known.withLock({ $0.publication == publication ? $0.values[key] : nil }) { return value }
        let value = try await make()
        known.withLock { known in
            if known.publication != publication { known = Known(publication: publication) }
            if known.values.updateValue(value, forKey: key) == nil { known.keys.append(key) }
            if known.keys.count > most { known.values[known.keys.removeFirst()] = nil }
        }
        return value
    }
}
