using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace VRouter.Host.Api;

/// <summary>Asks a router at its control socket.</summary>
internal sealed class ControlClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string path;
    private readonly HttpClient http;

    /// <summary>A client of the socket at a path; nothing is opened yet.</summary>
    public ControlClient(string path)
    {
        this.path = path;
        http = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, cancellation) => ConnectAsync(cancellation) })
        {
            BaseAddress = new Uri("http://vrouter"),
            Timeout = Patience,
        };
    }

    /// <summary>Reads one view.</summary>
    /// <param name="view">Its path, as "/routes".</param>
    /// <param name="type">How its JSON is read.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ControlException">Nobody answers, or not with the view.</exception>
    public async Task<T> GetAsync<T>(string view, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        try
        {
            using var response = await http.GetAsync(new Uri(view, UriKind.Relative), cancellation).ConfigureAwait(false);
            var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                var error = await JsonSerializer.DeserializeAsync(stream, ApiJson.Default.ErrorView, cancellation).ConfigureAwait(false);
                throw new ControlException($"the router at {path} answers: {error?.Error}");
            }

            return await JsonSerializer.DeserializeAsync(stream, type, cancellation).ConfigureAwait(false)
                ?? throw new ControlException($"the router at {path} gives an empty answer");
        }
        catch (HttpRequestException e)
        {
            throw new ControlException(Explain(e), e);
        }
        catch (JsonException e)
        {
            throw new ControlException($"what answers at {path} is no router of this version: {e.Message}", e);
        }
        catch (TaskCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new ControlException($"the router at {path} does not answer", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async ValueTask<Stream> ConnectAsync(CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private string Explain(HttpRequestException failure) => failure.InnerException is not SocketException socket
        ? $"the router at {path} does not answer: {failure.Message}"
        : socket.SocketErrorCode switch
        {
            SocketError.AccessDenied => $"no permission to open {path}; the socket belongs to the router's user, so run this as that user or as root",
            SocketError.ConnectionRefused => $"nobody listens at {path}: the router has crashed or was killed",
            _ when !Path.Exists(path) => $"there is no socket {path}: the router does not run, or has another spec.control.socket",
            _ => $"cannot connect to {path}: {socket.Message}",
        };
}
