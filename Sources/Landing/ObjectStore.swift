/// Named objects, each whole or not there: all that a landing zone needs of the place it is in.
///
/// Every reader sees an object as soon as its writer was told that it is written.
public protocol ObjectStore: Sendable {
    /// Where this is, without credentials.
    var location: String { get }

    /// Where one of its objects is.
    func path(_ name: String) -> String

    /// Writes an object unless there is one of this name; false where there is one, and nothing was changed.
    func create(_ name: String, _ bytes: [UInt8], _ durability: Durability) async throws(LandingError) -> Bool

    /// Writes an object in place of what is there. That it outlives a power cut, `sync` sees to.
    func replace(_ name: String, _ bytes: [UInt8]) async throws(LandingError)

    /// An object's bytes, or nil where there is none.
    func read(_ name: String) async throws(LandingError) -> [UInt8]?

    /// Whether there is an object of this name.
    func exists(_ name: String) async throws(LandingError) -> Bool

    /// Returns once all that was replaced so far would outlive a power cut.
    func sync() async throws(LandingError)

    /// Gives up what it holds open.
    func close() async
}

/// From when on a new object outlives a power cut.
public enum Durability: Sendable {
    /// As soon as it is written.
    case now
    /// Once the next object that is written with `now` is.
    case withNext
    /// Once `sync` returns.
    case atSync
}

extension ObjectStore {
    /// Nothing to wait for: what a service has confirmed, it has.
    public func sync() async throws(LandingError) {}

    /// Nothing to give up.
    public func close() async {}
}
