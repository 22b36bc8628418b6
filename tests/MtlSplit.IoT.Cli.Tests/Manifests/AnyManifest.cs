using System.Text.Json.Nodes;
using CsCheck;

namespace MtlSplit.IoT.Cli.Tests.Manifests;

/// <summary>Draws manifests that can be used, of every shape that there is.</summary>
internal static class AnyManifest
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly Gen<JsonNode?> Text = Pick("", "x", "Ä ö", "tags.ring='canary'");

    private static readonly Gen<JsonNode?> Labels = Object(Maybe("ring", Pick("canary")), Maybe("a b", Text));

    private static readonly Gen<JsonNode?> Settings = Object(
        Always("image", Pick("mtlsplit/backbone:0.1.0", " x ", "localhost:5000/a/b@sha256:0")), Maybe("createOptions", Pick("", "{\"Env\":[]}")), Maybe("digest", Text));

    private static readonly Gen<JsonNode?> Env = Object(Maybe("MTLSPLIT_Backbone__OutboxFolder", Object(Always("value", Pick("x", "", 1, 1.5, true)))), Maybe("B", Object(Always("value", Text))));

    private static readonly Gen<JsonNode?> Any = Pick("text", 7, 1.5, true, "{\"a\":{\"b\":[1,\"x\",{\"c\":false}]}}");

    private static readonly Gen<JsonNode?> Host = Pick("127.0.0.1", "localhost", "::1");

    private static readonly Gen<JsonNode?> Broker = Gen.OneOf(
        Object(Always("host", Pick("mqtt.example", "10.0.0.7")), Maybe("port", Pick(1, 8883, 65535)), Maybe("tls", Pick(true))),
        Object(Always("host", Host), Maybe("port", Pick(1883)), Always("tls", Pick(false))));

    private static readonly Gen<JsonNode?> Bundle = Object(
        Always("source", Pick("https://hub.example/b.mtlbundle", "HTTP://h/b", "file:///var/b")), Always("digest", Pick(Hex)), Always("contract", Pick(Hex)), Always("release", Pick(1, 17)));

    private static readonly Gen<JsonNode?> Publish = Object(Maybe("encoding", Pick("u8", "f16", "f32")), Maybe("rate", Pick(0.5, 10, 1000)));

    private static readonly Gen<JsonNode?> Backbone = Gen.OneOf(
        Object(Always("properties.desired", Object(
            Maybe("fleet", Pick("north")), Maybe("vehicle", Pick("car-1")), Maybe("broker", Broker), Maybe("bundle", Bundle), Maybe("publish", Publish)))),
        Object(Always("properties.desired.bundle", Bundle), Maybe("properties.desired.fleet", Pick("n")), Maybe("properties.desired.publish", Publish)),
        Object(Always("properties.desired.broker", Broker), Maybe("properties.desired.vehicle", Pick("v")), Maybe("properties.desired.publish.rate", Pick(5)), Maybe("properties.desired.publish.encoding", Pick("u8"))));

    private static readonly Gen<JsonNode?> Other = Gen.OneOf(
        Object(Always("properties.desired", Object(Maybe("a", Any), Maybe("b", Any), Maybe("$version", Pick(3))))), Object(Always("properties.desired.a.b", Any), Maybe("properties.desired.c", Any)));

    private static readonly Gen<JsonNode?> StoreAndForward = Object(Always("timeToLiveSecs", Pick(-1, 0, 7200)), Maybe("storeLimits", Object(Maybe("maxSizeBytes", Pick(1, 1_000_000)))));

    private static readonly Gen<JsonNode?> RouteText = Pick("FROM /messages/modules/backbone/outputs/* INTO $upstream", "FROM /* INTO $upstream", "");

    private static readonly Gen<JsonNode?> RouteObject = Object(Always("route", RouteText), Maybe("priority", Pick(0, 9)), Maybe("timeToLiveSecs", Pick(0, 86_400)));

    private static readonly Gen<JsonNode?> Route = Gen.OneOf(RouteText, RouteObject);

    private static readonly Gen<JsonNode?> Runtime = Object(
        Always("type", Pick("docker")),
        Maybe("settings", Object(
            Maybe("minDockerVersion", Pick("v1.25")), Maybe("loggingOptions", Text),
            Maybe("registryCredentials", Object(Maybe("acr", Object(Always("username", Text), Always("password", Text), Always("address", Text))))))));

    private static readonly Gen<JsonNode?> Base = Object(
        Always("$edgeAgent", Object(Always("properties.desired", Gen.OneOf(Agent(false), Agent(true))))), Always("$edgeHub", Object(Always("properties.desired", Hub()))),
        Maybe("backbone", Backbone), Maybe("other-1", Other));

    private static readonly Gen<JsonNode?> Layer = Object(
        Maybe("$edgeAgent", Gen.OneOf(
            Object(Always("properties.desired.modules.backbone", Module(true)), Maybe("properties.desired.modules.head.env.A", Any)),
            Object(Always("properties.desired.modules", Object(Maybe("backbone", Module(true)), Maybe("b", Module(true))))),
            Object(Always("properties.desired.runtime.settings.minDockerVersion", Any), Maybe("properties.desired.schemaVersion", Pick("1.1"))))),
        Maybe("$edgeHub", Gen.OneOf(
            Object(Always("properties.desired.routes.telemetry", Route), Maybe("properties.desired.storeAndForwardConfiguration", StoreAndForward)),
            Object(Always("properties.desired.routes", Object(Maybe("a", Route), Maybe("b", Route)))))),
        Maybe("backbone", Backbone),
        Always("other", Other));

    private static readonly Gen<JsonNode?> Content = Gen.OneOf(Object(Always("modulesContent", Gen.OneOf(Base, Layer))), Object(Always("moduleContent", Layer)));

    /// <summary>A manifest, as text.</summary>
    public static Gen<string> Valid { get; } = Gen.OneOf(
        Content,
        Object(
            Maybe("$schema", Pick("schema/deployment.schema.json")), Maybe("id", Pick("base", "backbone-canary-r3")), Maybe("priority", Pick(0, 3000, int.MaxValue)), Maybe("targetCondition", Text),
            Maybe("labels", Labels), Maybe("metrics", Object(Maybe("queries", Object()))), Maybe("systemMetrics", Object()), Maybe("schemaVersion", Pick("1.0")), Maybe("contentType", Pick("assignment")),
            Maybe("createdTimeUtc", Text), Maybe("lastUpdatedTimeUtc", Text), Maybe("etag", Text), Always("content", Content))).Select(static document => document!.ToJsonString());

    private static Gen<JsonNode?> Module(bool isNew) => Object(
        Maybe("version", Text), Always("type", Pick("docker")), Always("status", Pick("running", "stopped")), Always("restartPolicy", Pick("never", "on-failure", "on-unhealthy", "always")),
        isNew ? Maybe("imagePullPolicy", Pick("on-create", "never")) : Maybe("version", Text), isNew ? Maybe("startupOrder", Pick(0, 4294967295L)) : Maybe("version", Text),
        Maybe("env", Env), Always("settings", Settings));

    private static Gen<JsonNode?> Agent(bool isNew) => Object(
        Always("schemaVersion", isNew ? Pick("1.1", "1.1.0") : Pick("1.0", "1.0.0")), Always("runtime", Runtime),
        Always("systemModules", Object(
            Always("edgeAgent", Object(Always("type", Pick("docker")), Maybe("env", Env), isNew ? Maybe("imagePullPolicy", Pick("never")) : Maybe("version", Text), Always("settings", Settings))),
            Always("edgeHub", Object(
                Always("type", Pick("docker")), Maybe("status", Pick("running")), Maybe("restartPolicy", Pick("always")), isNew ? Maybe("startupOrder", Pick(0)) : Maybe("version", Text), Always("settings", Settings))))),
        Maybe("modules", Object(Maybe("backbone", Module(isNew)), Maybe("b_2", Module(isNew)))), Maybe("integrity", Any));

    private static Gen<JsonNode?> Hub() => Gen.OneOf(
        Object(Always("schemaVersion", Pick("1.0")), Maybe("routes", Object(Maybe("a", RouteText), Maybe("b", RouteText))), Maybe("storeAndForwardConfiguration", StoreAndForward)),
        Object(Always("schemaVersion", Pick("1.1", "1.1.0")), Maybe("routes", Object(Maybe("a", Route), Maybe("b", Route))), Maybe("storeAndForwardConfiguration", StoreAndForward)),
        Object(Always("schemaVersion", Pick("1.2", "1.2.0")), Maybe("routes", Object(Maybe("a", Route))), Maybe("mqttBroker", Any)),
        Object(Always("schemaVersion", Pick("1.3", "1.3.0")), Maybe("routes", Object(Maybe("a", Route))), Maybe("mqttBroker", Any), Maybe("integrity", Any)));

    // Text that begins with a brace stands for JSON where an object is wanted; create options are meant as text.
    private static Gen<JsonNode?> Pick(params object[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i] switch
    {
        string text when text.StartsWith("{\"a\"", StringComparison.Ordinal) => JsonNode.Parse(text),
        string text => JsonValue.Create(text),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        bool truth => JsonValue.Create(truth),
        var other => throw new InvalidOperationException($"{other} is no value."),
    });

    private static (string Name, Gen<JsonNode?> Value, bool IsOptional) Always(string name, Gen<JsonNode?> value) => (name, value, false);

    private static (string Name, Gen<JsonNode?> Value, bool IsOptional) Maybe(string name, Gen<JsonNode?> value) => (name, value, true);

    private static Gen<JsonNode?> Object(params (string Name, Gen<JsonNode?> Value, bool IsOptional)[] members) => members.Aggregate(
        Gen.Const(static () => (JsonNode?)new JsonObject()),
        static (made, member) => Gen.Select(made, member.Value, Gen.Bool, (before, value, present) =>
        {
            var json = before!.DeepClone().AsObject();
            if (present || !member.IsOptional)
            {
                json[member.Name] = value?.DeepClone();
            }

            return (JsonNode?)json;
        }));
}
