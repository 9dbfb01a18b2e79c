import Support

/// How it is told that a writer waits for another one.
enum WriterWait {
    /// In words.
    static let wait = Wait("waiting for another writer")
    /// Before this nobody is told.
    static let patience = Duration.milliseconds(300)
}
