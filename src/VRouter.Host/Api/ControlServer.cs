using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace VRouter.Host.Api;

/// <summary>Answers GET requests at the control socket with JSON, one path for each view.</summary>
internal sealed class ControlServer : IHttpApplication<HttpContext>, IDisposable
{
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(1);

    private readonly KestrelServer server;
    private readonly Dictionary<string, Func<HttpResponse, Task>> views;

    private ControlServer(Socket socket, RouterInspection router)
    {
        views = new(StringComparer.Ordinal)
        {
            ["/routes"] = response => WriteAsync(response, router.Routes(), ApiJson.Default.IReadOnlyListRouteView),
            ["/ports"] = async response => await WriteAsync(response, await router.PortsAsync(), ApiJson.Default.IReadOnlyListPortView),
            ["/neighbors"] = response => WriteAsync(response, router.Neighbors(), ApiJson.Default.IReadOnlyListNeighborView),
            ["/tunnels"] = response => WriteAsync(response, router.Tunnels(), ApiJson.Default.IReadOnlyListTunnelView),
            ["/drops"] = async response => await WriteAsync(response, await router.DropsAsync(), ApiJson.Default.IReadOnlyListDropView),
            ["/counters"] = async response => await WriteAsync(response, await router.CountersAsync(), ApiJson.Default.CountersView),
            ["/runtime"] = async response => await WriteAsync(response, await router.RuntimeAsync(), ApiJson.Default.RuntimeView),
            ["/health"] = response => WriteAsync(response, router.Health(), ApiJson.Default.HealthView),
        };
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.ListenUnixSocket(((UnixDomainSocketEndPoint)socket.LocalEndPoint!).ToString());
        var transport = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions { CreateBoundListenSocket = _ => socket }),
            NullLoggerFactory.Instance);
        server = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
    }

    /// <summary>Begins to answer.</summary>
    /// <param name="socket">A bound Unix socket; the server closes it.</param>
    /// <param name="router">Who has the answers.</param>
    public static async Task<ControlServer> StartAsync(Socket socket, RouterInspection router)
    {
        var control = new ControlServer(socket, router);
        await control.server.StartAsync(control, CancellationToken.None).ConfigureAwait(false);
        return control;
    }

    /// <inheritdoc/>
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    /// <inheritdoc/>
    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    /// <inheritdoc/>
    public async Task ProcessRequestAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (!views.TryGetValue(request.Path, out var view))
            await FailAsync(response, StatusCodes.Status404NotFound, $"there is no {request.Path}; there are {string.Join(", ", views.Keys)}");
        else if (!HttpMethods.IsGet(request.Method))
            await FailAsync(response, StatusCodes.Status405MethodNotAllowed, $"{request.Path} can be read only");
        else
            await AnswerAsync(response, view);
    }

    /// <summary>Ends the answers.</summary>
    public void Dispose()
    {
        using var limit = new CancellationTokenSource(TimeToEnd);
        server.StopAsync(limit.Token).GetAwaiter().GetResult();
        server.Dispose();
    }

    private static async Task AnswerAsync(HttpResponse response, Func<HttpResponse, Task> view)
    {
        try
        {
            await view(response);
        }
        catch (TimeoutException)
        {
            await FailAsync(response, StatusCodes.Status503ServiceUnavailable, "the worker does not answer");
        }
    }

    private static Task FailAsync(HttpResponse response, int code, string message)
    {
        response.StatusCode = code;
        return WriteAsync(response, new ErrorView(message), ApiJson.Default.ErrorView);
    }

    private static Task WriteAsync<T>(HttpResponse response, T value, JsonTypeInfo<T> type)
    {
        response.ContentType = "application/json; charset=utf-8";
        return JsonSerializer.SerializeAsync(response.Body, value, type, response.HttpContext.RequestAborted);
    }
}
