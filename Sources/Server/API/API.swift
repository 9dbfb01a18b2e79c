import Foundation
import HTTPTypes
import Hummingbird
import NearEarth

/// The API: its routes, and the document that describes them.
enum API {
    static let routes = work + [document, page]
    /// Those that do something.
    static let work = ApproachRoutes.all + LedgerRoutes.all + ScheduleRoutes.all

    private static let document: Route = Route(
        method: .get, path: "/openapi.json", summary: "This document.",
        answers: ["application/json": ["type": "object"]],
        handle: { _ in Answer(JSONText.line(openAPI)) })

    private static let page = Route(
        method: .get, path: "/", summary: "The same for people.",
        answers: ["text/html": ["type": "string"]],
        handle: { _ in
            var answer = Answer(ByteBuffer(string: DocumentPage.html), "text/html; charset=utf-8")
            answer.headers[.contentSecurityPolicy] =
                "default-src 'none'; style-src 'sha256-\(DocumentPage.styleDigest)'; frame-ancestors 'none'; base-uri 'none'"
            return answer
        })

    /// The problems that every route can have.
    private static let commonProblems: [HTTPResponse.Status] = [
        .badRequest, .unauthorized, .forbidden, .methodNotAllowed, .contentTooLarge, .uriTooLong, .tooManyRequests,
        .internalServerError, .serviceUnavailable,
    ]

    static var openAPI: JSON {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "Perigee", "version": "1",
                "description": """
                NASA's close approaches of near-Earth objects, from a store of Perigee's. Numbers of approaches have NASA's digits. An ETag is \
                that of the last publication: a list's pages are all of one publication, whatever is published in between.
                """,
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": .text(Responder.prefix)]],
            "security": [[:], ["token": []]],
            "paths": .object(paths),
            "components": [
                "schemas": .object(Schemas.components),
                "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
                "responses": [
                    "problem": [
                        "description": "RFC 9457",
                        "content": ["application/problem+json": ["schema": Schemas.reference("Problem")]],
                    ]
                ],
            ],
        ]
    }

    private static var paths: [String: JSON] {
        var paths: [String: [String: JSON]] = [:]
        for route in work { paths[route.path, default: [:]][route.method.rawValue.lowercased()] = operation(route) }
        return paths.mapValues(JSON.object)
    }

    private static func operation(_ route: Route) -> JSON {
        var responses: [String: JSON] = [
            "\(route.status.code)": [
                "description": .text(route.summary),
                "content": .object(route.answers.mapValues { ["schema": $0] }),
            ]
        ]
        if route.method == .get { responses["304"] = ["description": "Nothing was published since (If-None-Match)."] }
        let further: [HTTPResponse.Status] = route.changesState ? [.unsupportedMediaType] : []
        for problem in commonProblems + route.problems + further {
            responses["\(problem.code)"] = ["$ref": "#/components/responses/problem"]
        }
        let steps = route.path.split { "/{}.".contains($0) }.map(String.init)
        var operation: [String: JSON] = [
            "operationId": .text(
                ([route.method.rawValue.lowercased()] + (steps.isEmpty ? ["page"] : steps)).joined(separator: "_")),
            "summary": .text(route.summary),
            "responses": .object(responses),
            "parameters": .array(route.parameters.map(parameter)),
        ]
        if let body = route.body {
            operation["requestBody"] = ["required": true, "content": ["application/json": ["schema": body]]]
        }
        return .object(operation)
    }

    private static func parameter(_ parameter: Parameter) -> JSON {
        var value: [String: JSON] = [
            "name": .text(parameter.name), "in": .text(parameter.place.rawValue),
            "description": .text(parameter.meaning), "required": .flag(parameter.place == .path),
            "schema": parameter.schema,
        ]
        if case .words = parameter.kind { value["explode"] = false }
        if let example = parameter.example { value["example"] = example }
        return .object(value)
    }
}
