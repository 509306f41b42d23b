/** The text that Prometheus scrapes, read: `huxin_log_entries{member="310000",own="true"} 3` by name and labels. */

export interface Scraped {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** Every sample. @throws {Error} for a line that is neither sample nor comment */
export function samplesOf(text: string): Scraped[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, labels = '', value] = /^([a-z_][a-z0-9_]*)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? [];
      if (name === undefined) throw new Error(`no sample: ${line}`);
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, of]) => [label, of]);
      return { name, labels: Object.fromEntries(pairs) as Scraped['labels'], value: Number(value) };
    });
}

/** The one sample of that name with at least these labels; undefined when there is none. */
export function sampleOf(
  samples: readonly Scraped[],
  name: string,
  labels: Scraped['labels'] = {},
): number | undefined {
  const found = samples.filter(
    (one) => one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
  );
  if (found.length > 1) throw new Error(`${found.length} samples of ${name} ${JSON.stringify(labels)}`);
  return found[0]?.value;
}
