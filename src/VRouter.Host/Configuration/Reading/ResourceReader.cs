using System.Collections.Frozen;
using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Configuration.Reading;

/// <summary>
/// Turns documents into resources. It remembers which keys it met, also those of resources that had errors, so that these are not reported
/// as missing as well.
/// </summary>
internal sealed class ResourceReader(DiagnosticBag diagnostics)
{
    private const string CalicoVersion = "projectcalico.org/v3";
    private const string OwnVersion = "vrouter/v1";
    private const string DefaultNamespace = "default";

    private static readonly FrozenDictionary<string, Kind> Kinds = new Dictionary<string, Kind>
    {
        [IPPool.KindName] = new(CalicoVersion, IPPoolReader.Read),
        [Node.KindName] = new(CalicoVersion, NodeReader.Read),
        [BlockAffinity.KindName] = new(CalicoVersion, BlockAffinityReader.Read),
        [WorkloadEndpoint.KindName] = new(CalicoVersion, WorkloadEndpointReader.Read, IsNamespaced: true),
        [FelixConfiguration.KindName] = new(CalicoVersion, FelixConfigurationReader.Read),
        [RouterConfiguration.KindName] = new(OwnVersion, RouterConfigurationReader.Read),
    }.ToFrozenDictionary();

    /// <summary>Kinds of Calico's that change forwarding where they are served, and are not served here.</summary>
    private static readonly FrozenSet<string> UnservedKinds = new[]
    {
        "NetworkPolicy", "GlobalNetworkPolicy", "StagedNetworkPolicy", "StagedGlobalNetworkPolicy", "StagedKubernetesNetworkPolicy", "Tier",
        "Profile", "NetworkSet", "GlobalNetworkSet", "HostEndpoint", "BGPPeer", "BGPConfiguration", "BGPFilter", "ClusterInformation",
        "CalicoNodeStatus", "IPReservation", "IPAMConfig", "IPAMConfiguration", "IPAMBlock", "IPAMHandle", "KubeControllersConfiguration",
    }.ToFrozenSet();

    private readonly Dictionary<ResourceKey, SourceLocation> declared = [];
    private readonly List<Resource> resources = [];

    private delegate Resource? SpecReader(ResourceHeader header, ObjectReader spec);

    /// <summary>The resources that were read without error.</summary>
    public IReadOnlyList<Resource> Resources => resources;

    /// <summary>True if a resource of that key was met, with or without errors.</summary>
    public bool IsDeclared(ResourceKey key) => declared.ContainsKey(key);

    /// <summary>Reads one document: a resource, or a list of resources.</summary>
    public void Read(DocumentNode document)
    {
        switch (document)
        {
            case ScalarNode { Kind: ScalarKind.Null }:
                return;
            case MappingNode mapping:
                Read(mapping);
                return;
            default:
                diagnostics.Error(document.Location, $"a resource must be a mapping, not {document.Description}");
                return;
        }
    }

    private void Read(MappingNode node)
    {
        var source = new SourceMap(node.Location);
        var document = new ObjectReader(node, string.Empty, source, diagnostics);
        var version = document.RequiredText("apiVersion");
        var kindName = document.RequiredText("kind");
        if (version is null || kindName is null)
            return;
        if (kindName.EndsWith("List", StringComparison.Ordinal) && document.Has("items"))
        {
            ReadItems(document);
            return;
        }

        if (!Kinds.TryGetValue(kindName, out var kind))
            WarnOfUnknownKind(document, version, kindName);
        else if (kind.ApiVersion != version)
            document.Warning("apiVersion", $"'{ObjectReader.Shorten(version)}' of kind {kindName} is unknown and the resource ignored; {kind.ApiVersion} is understood");
        else
            Read(document, kindName, kind, source);
    }

    private void ReadItems(ObjectReader list)
    {
        list.Accept("metadata");
        foreach (var (_, item) in list.List("items"))
            Read(item);
        list.WarnOfUnknownFields();
    }

    private void WarnOfUnknownKind(ObjectReader document, string version, string kind)
    {
        if (version == CalicoVersion && UnservedKinds.Contains(kind))
            document.Diagnostics.Warning(document.LocationOf("kind"), $"{kind} is not carried out by this version; the resource is ignored");
        else
            document.Warning("kind", $"'{ObjectReader.Shorten(kind)}' is unknown; the resource is ignored{FieldHint.For(kind, Kinds.Keys)}");
    }

    private void Read(ObjectReader document, string kindName, Kind kind, SourceMap source)
    {
        document.Accept("status");
        var header = ReadHeader(document, kind, source);
        if (header is not null)
            Declare(new ResourceKey(kindName, kind.IsNamespaced ? header.Namespace ?? DefaultNamespace : string.Empty, header.Name), source);
        if (document.Require("spec") && document.Object("spec") is { } spec)
        {
            var resource = kind.Read(header ?? new ResourceHeader("unnamed", null, new Dictionary<string, ScalarNode>(), source), spec);
            spec.WarnOfUnknownFields();
            if (resource is not null && header is not null && declared[resource.Key] == source["metadata.name"])
                resources.Add(resource);
        }

        document.WarnOfUnknownFields();
    }

    private void Declare(ResourceKey key, SourceMap source)
    {
        if (!declared.TryAdd(key, source["metadata.name"]))
            diagnostics.Error(source["metadata.name"], $"{key} is given twice; first at {declared[key]}");
    }

    private ResourceHeader? ReadHeader(ObjectReader document, Kind kind, SourceMap source)
    {
        if (!document.Require("metadata") || document.Object("metadata") is not { } metadata)
            return null;
        metadata.Accept("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "resourceVersion", "generation",
            "generateName", "ownerReferences", "managedFields", "finalizers", "selfLink");
        metadata.TextMap("labels");
        var annotations = metadata.TextMap("annotations");
        var name = ReadName(metadata, "name", required: true);
        var @namespace = ReadName(metadata, "namespace", required: false);
        if (@namespace is not null && !kind.IsNamespaced)
            metadata.Warning("namespace", "has no effect: the kind is not namespaced");
        metadata.WarnOfUnknownFields();
        return name is null ? null : new ResourceHeader(name, @namespace, annotations, source);
    }

    private static string? ReadName(ObjectReader metadata, string field, bool required)
    {
        if ((required ? metadata.RequiredText(field) : metadata.Text(field)) is not { } name)
            return null;
        if (name.Length is > 0 and <= 253 && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_'))
            return name;
        metadata.Error(field, $"'{ObjectReader.Shorten(name)}' is not a name: up to 253 letters, digits, '-', '.' and '_', "
            + "a letter or digit first and last");
        return null;
    }

    private sealed record Kind(string ApiVersion, SpecReader Read, bool IsNamespaced = false);
}
