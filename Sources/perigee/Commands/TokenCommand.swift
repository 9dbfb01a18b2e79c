import ArgumentParser
import NearEarth
import Support
import Warehouse

extension APIToken.Scope: ExpressibleByArgument {}

/// `perigee token`: who may change something by the HTTP API, and, when asked for, read.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make, list and revoke tokens for the HTTP API.",
        subcommands: [TokenCreate.self, TokenList.self, TokenRevoke.self])
}

/// `perigee token create`: the token is shown once; the store keeps its digest.
struct TokenCreate: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a token and print it, once; the store keeps its SHA-256 alone.",
        discussion: "One of the same name is replaced.\n\nEXAMPLE\n  perigee token create airflow --scope write")

    @Argument(help: "A name to know it by: letters, digits, dots, dashes and underscores, 30 at most.")
    var tokenName: String

    @Option(help: ArgumentHelp("What it may do: read, or write (which reads, too).", valueName: "scope"))
    var scope = APIToken.Scope.read

    @OptionGroup var options: StoreOptions

    func validate() throws {
        guard APIToken.isName(tokenName) else {
            throw ValidationError("A token's name has 1 to 30 letters, digits, dots, dashes and underscores.")
        }
    }

    func run(_ session: Session) async throws -> ExitStatus {
        let token = try await session.withStore { try await $0.makeToken(tokenName, scope) }
        session.print(
            TokenOutput(name: tokenName, scope: scope, token: token),
            text: token)
        if !session.json { session.note("This is shown once. Send it as: Authorization: Bearer TOKEN") }
        return .success
    }
}

/// `perigee token list`
struct TokenList: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the tokens by name.", discussion: "EXAMPLE\n  perigee token list")

    @OptionGroup var options: StoreOptions

    func run(_ session: Session) async throws -> ExitStatus {
        let tokens = try await session.withStore { try await $0.tokens() }
        session.print(
            TokensOutput(tokens: tokens),
            text: tokens.isEmpty
                ? "There is no token."
                : TextTable(
                    [
                        .init("name", yields: .shorten(1, to: 12)), .init("scope"),
                        .init("made (UTC)", yields: .drop(0)),
                    ],
                    tokens.map { [$0.name, $0.scope.rawValue, $0.createdAt.toTheSecond] }
                ).text(session.screen))
        return .success
    }
}

/// `perigee token revoke`
struct TokenRevoke: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Have a token be of no use any more.",
        discussion: "Servers that run notice within a second.\n\nEXAMPLE\n  perigee token revoke airflow")

    @Argument(help: "The token's name.")
    var tokenName: String

    @OptionGroup var options: StoreOptions

    func run(_ session: Session) async throws -> ExitStatus {
        let output = try await session.withStore { store in
            guard try await store.revokeToken(tokenName) else {
                throw CommandFailure(
                    .usage, "there is no token \(tokenName) in \(store.location)", next: "see `perigee token list`")
            }
            return TokensOutput(tokens: try await store.tokens())
        }
        session.print(output, text: "The token \(tokenName) is revoked.")
        return .success
    }
}

/// `perigee token create --json`: schema `perigee.token/1`.
struct TokenOutput: Encodable {
    var schema = "perigee.token/1"
    var name: String
    var scope: APIToken.Scope
    var token: String
}

/// `perigee token list --json`: schema `perigee.tokens/1`.
struct TokensOutput: Encodable {
    var schema = "perigee.tokens/1"
    var tokens: [APIToken]
}
