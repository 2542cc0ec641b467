/** An answer that is not the one asked for: thrown by routes, written by the server. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

export function notFound(): ApiError {
  return new ApiError(404, 'Not Found');
}

export function badCredentials(): ApiError {
  return new ApiError(401, 'Bad credentials');
}

export function notForIntegrations(accepted: string): ApiError {
  return new ApiError(403, 'Resource not accessible by integration', {
    'x-accepted-github-permissions': accepted,
  });
}
