import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

extension CredentialsChain {
    /// Hosts that a token may be sent to without TLS: this machine, and the link-local addresses of ECS and EKS.
    private static let trusted = [
        "127.0.0.1", "localhost", "::1", "[::1]", "169.254.170.2", "169.254.170.23", "fd00:ec2::23", "[fd00:ec2::23]",
    ]

    /// The credentials of a container's role: ECS, EKS pod identities, and whoever else offers the same
    /// ("Container credential provider", AWS SDKs and Tools Reference Guide). Nil where the environment names no such
    /// service.
    func containerCredentials() async throws(S3Error) -> S3Credentials? {
        let url: String
        if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
            url = "http://169.254.170.2\(path)"
        } else if let full = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
            let parts = URLComponents(string: full)
            guard parts?.scheme == "https" || parts?.scheme == "http" && Self.trusted.contains(parts?.host ?? "") else {
                throw S3Error(
                    .configuration, "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor an address on this machine"
                )
            }
            url = full
        } else {
            return nil
        }
        var token = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
        if let file = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw S3Error(
                    .configuration, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names \(file), which can't be read")
            }
            token = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let headers = token.map { [("Authorization", $0)] } ?? []
        for attempt in 1...3 {
            if let (status, body) = await ask(url, headers: headers, within: .seconds(5)) {
                if status == 200 { return try Self.parse(body, from: "the container's credentials service") }
                if status < 500 {
                    throw S3Error(.noCredentials, "the container's credentials service answered with status \(status)")
                }
            }
            if attempt < 3 { try? await Task.sleep(for: .milliseconds(200 * attempt)) }
        }
        throw S3Error(.unreachable, "the container's credentials service does not answer")
    }

    /// The credentials of an EC2 instance's role, by version 2 of its metadata service: a token first, then the role
    /// ("Retrieve instance metadata", Amazon EC2 User Guide). Nil where the environment forbids to ask, and where this
    /// machine is not an instance or has no role.
    func instanceCredentials() async throws(S3Error) -> S3Credentials? {
        guard environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" else { return nil }
        let hasIPv6 = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]?.lowercased() == "ipv6"
        let address =
            environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"]
            ?? (hasIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254")
        let base = address.hasSuffix("/") ? String(address.dropLast()) : address
        // One try of one second, as AWS's own clients: most machines are no instances.
        let patience = environment["AWS_METADATA_SERVICE_TIMEOUT"] ?? "1"
        guard let seconds = Int64(patience), (1...3600).contains(seconds) else {
            throw S3Error(.configuration, "AWS_METADATA_SERVICE_TIMEOUT is not a number of seconds from 1 to 3600")
        }
        let lifetime = [("X-aws-ec2-metadata-token-ttl-seconds", "21600")]
        guard
            let (status, token) = await ask(
                "\(base)/latest/api/token", method: "PUT", headers: lifetime, within: .seconds(seconds)),
            status == 200
        else { return nil }
        let headers = [("X-aws-ec2-metadata-token", String(decoding: token, as: UTF8.self))]
        let path = "\(base)/latest/meta-data/iam/security-credentials/"
        guard let (listed, names) = await ask(path, headers: headers, within: .seconds(5)), listed == 200,
            let role = String(decoding: names, as: UTF8.self).split(whereSeparator: \.isNewline).first
        else { return nil }
        guard
            let (given, body) = await ask(
                path + PercentEncoding.encode(String(role)), headers: headers, within: .seconds(5)), given == 200
        else {
            throw S3Error(
                .noCredentials, "the instance's metadata service does not give the credentials of the role \(role)")
        }
        return try Self.parse(body, from: "the instance's metadata service")
    }

    /// What the container's and the instance's services answer.
    private static func parse(_ body: [UInt8], from source: String) throws(S3Error) -> S3Credentials {
        let role = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
        guard let identifier = role?["AccessKeyId"] as? String, let secret = role?["SecretAccessKey"] as? String else {
            // Without the answer's own words: they may be secret.
            throw S3Error(.noCredentials, "\(source) answered with no credentials")
        }
        return S3Credentials(
            accessKeyID: identifier, secretAccessKey: secret, sessionToken: role?["Token"] as? String,
            expires: (role?["Expiration"] as? String).flatMap(AWSDate.iso8601))
    }

    /// A small answer of a service on this machine or beside it, within a few seconds; nil where nobody answers.
    private func ask(
        _ url: String, method: String = "GET", headers: [(String, String)], within timeout: TimeAmount
    ) async -> (Int, [UInt8])? {
        var request = HTTPClientRequest(url: url)
        request.method = .RAW(value: method)
        request.headers.add(contentsOf: headers)
        guard let answer = try? await http.execute(request, timeout: timeout),
            let body = try? await answer.body.collect(upTo: 1 << 16)
        else { return nil }
        return (Int(answer.status.code), Array(body.readableBytesView))
    }
}
