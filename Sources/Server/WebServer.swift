import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Landing
public import Logging
import NIOCore
import NIOSSL
public import ServiceLifecycle
import Support
public import Warehouse

/// The pages and the HTTP API over a store.
public struct WebServer: Service {
    private let store: Store
    private let landing: LandingZone?
    private let options: ServerOptions
    private let logger: Logger
    private let onReady: @Sendable (_ url: String) async -> Void

    /// Connections at a time.
    private static let mostConnections = 1024
    /// A request's headers, bytes and number.
    private static let (largestHeader, mostHeaders) = (16_384, 100)

    /// A server; `onReady` is called with its URL once it listens.
    public init(
        store: Store, landing: LandingZone?, options: ServerOptions, logger: Logger,
        onReady: @escaping @Sendable (_ url: String) async -> Void
    ) {
        (self.store, self.landing, self.options) = (store, landing, options)
        (self.logger, self.onReady) = (logger, onReady)
    }

    /// Serves until the service group is shut down; answers under way are finished.
    public func run() async throws {
        let state = ServerState(store)
        let responder = Responder(
            store: store, options: options, state: state, rate: options.requestsPerSecond.map(RateLimit.init),
            routes: API.routes + Pages.routes, landing: landing, logger: logger)
        var quiet = logger
        quiet.logLevel = .critical  // Hummingbird reports an ordinary end as an error; real ones are thrown
        let scheme = options.certificate == nil ? "http" : "https"
        let host = options.address.contains(":") ? "[\(options.address)]" : options.address
        let application = Application(
            responder: responder, server: try builder(),
            configuration: ApplicationConfiguration(
                address: .hostname(options.address, port: options.port), serverName: "Perigee",
                availableConnectionsDelegate: MaximumAvailableConnections(Self.mostConnections)),
            onServerRunning: { [onReady, options] channel in
                await onReady("\(scheme)://\(host):\(channel.localAddress?.port ?? options.port)")
            },
            logger: quiet)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await state.watch(store, logger) }
                group.addTask { await state.giveUp() }
                group.addTask { await responder.prepare() }
                group.addTask { try await application.run() }
                // The others end by being cancelled.
                try await group.next()
                group.cancelAll()
            }
        } catch let error as any UserError {
            throw error
        } catch {
            let cause = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
            throw ServerFailure(address: "\(host):\(options.port)", cause: cause)
        }
    }

    private func builder() throws -> HTTPServerBuilder {
        let http = HTTPServerBuilder.http1(
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [ConnectionLimits()],
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: Self.largestHeader, maxHeaderListSize: 2 * Self.largestHeader,
                    maxHeaderFieldCount: Self.mostHeaders)))
        guard let (chain, key) = options.certificate else { return http }
        for file in [chain, key] where !FileManager.default.isReadableFile(atPath: file) {
            throw ServerFailure(certificate: file, cause: "it can't be read")
        }
        do {
            let tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(chain).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
            // Whether the key is the certificate's is found out here, not at the first connection.
            _ = try NIOSSLContext(configuration: tls)
            return try .tls(http, tlsConfiguration: tls)
        } catch {
            throw ServerFailure(certificate: chain, cause: "they are no certificate with its key, PEM (\(error))")
        }
    }
}

/// Why a server can't serve.
struct ServerFailure: UserError {
    let report: ErrorReport

    init(address: String, cause: String) {
        report = ErrorReport(
            .unavailable, "the server can't listen on \(address): \(cause)",
            next: "stop what listens there, or give another --listen")
    }

    init(certificate: String, cause: String) {
        report = ErrorReport(
            .usage, "\(certificate) can't be used for HTTPS: \(cause)",
            next: "give PEM files with --tls-certificate and --tls-key that this user can read")
    }
}
