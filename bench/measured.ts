/** Times of one kind of request, from every one that was timed. Milliseconds. */
export interface Times {
  requests: number;
  mean: number;
  p50: number;
  p90: number;
  /** Absent under 100 requests, which do not tell. */
  p99?: number;
  max: number;
}

/** What the load generator measured of one profile. */
export interface Measured {
  requests: number;
  seconds: number;
  /** All requests together, and by series where there are several. */
  times: Times;
  series: { [name: string]: Times };
  /** Resources that were stored, where that is what counts (transactions). */
  resources?: number;
  /** Processor seconds of the load generator itself. */
  generatorCpuSeconds: number;
}

/** @param milliseconds in any order; at least one */
function timesOf(milliseconds: readonly number[]): Times {
  const sorted = Float64Array.from(milliseconds).sort();
  const at = (quantile: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? Number.NaN;
  return {
    requests: sorted.length,
    mean: sorted.reduce((a, b) => a + b, 0) / sorted.length,
    p50: at(0.5),
    p90: at(0.9),
    ...(sorted.length >= 100 ? { p99: at(0.99) } : {}),
    max: at(1),
  };
}

/** Collects times while a profile runs. */
export class Stopwatch {
  readonly #series = new Map<string, number[]>();
  readonly #since = performance.now();
  readonly #cpu = process.cpuUsage();

  add(series: string, milliseconds: number) {
    const times = this.#series.get(series);
    if (times === undefined) this.#series.set(series, [milliseconds]);
    else times.push(milliseconds);
  }

  /** What was measured since this was made. */
  stop(resources?: number): Measured {
    const seconds = (performance.now() - this.#since) / 1000;
    const { user, system } = process.cpuUsage(this.#cpu);
    const all = [...this.#series.values()].flat();
    return {
      requests: all.length,
      seconds,
      times: timesOf(all),
      series: Object.fromEntries([...this.#series].map(([name, times]) => [name, timesOf(times)])),
      ...(resources === undefined ? {} : { resources }),
      generatorCpuSeconds: (user + system) / 1e6,
    };
  }
}
