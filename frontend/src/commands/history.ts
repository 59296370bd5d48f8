/** Lines sent before, newest last; going back and forth keeps what was being typed. */
const KEPT = 100;

export class History {
  private readonly lines: string[] = [];
  private at = 0;
  private typed = "";

  add(line: string): void {
    if (this.lines.at(-1) !== line) this.lines.push(line);
    if (this.lines.length > KEPT) this.lines.shift();
    this.at = this.lines.length;
  }

  /** The line before; `typed` is remembered when the walk begins. */
  back(typed: string): string {
    if (this.at === this.lines.length) this.typed = typed;
    if (this.at > 0) this.at -= 1;
    return this.lines[this.at] ?? typed;
  }

  forward(): string {
    if (this.at < this.lines.length) this.at += 1;
    return this.lines[this.at] ?? this.typed;
  }
}
