# Writes docs/diagnostics/PF*.md as a source file: cmake -DPAGES=DIRECTORY -DOUT=… -P diagnostic_pages.cmake
# A page is a raw string, its text as it is. Its number is that of its file.
file(GLOB pages "${PAGES}/PF*.md")
list(SORT pages)
set(out "// Written by diagnostic_pages.cmake from docs/diagnostics.\n#include \"cli/diagnostic_pages.h\"\n\n")
string(APPEND out "namespace pairform {\nnamespace {\nconstexpr DiagnosticPage k_pages[] = {\n")
foreach(page IN LISTS pages)
  get_filename_component(name "${page}" NAME_WE)
  string(SUBSTRING "${name}" 2 -1 number)
  file(READ "${page}" text)
  string(APPEND out "{static_cast<Code>(${number}), R\"page(${text})page\"},\n")
endforeach()
string(APPEND out "};\n}  // namespace\n\nstd::span<const DiagnosticPage> diagnostic_pages() { return k_pages; }\n}  // namespace pairform\n")
file(WRITE "${OUT}" "${out}")
