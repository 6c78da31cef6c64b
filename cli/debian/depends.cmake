# Says which packages the program's libraries are in, and of which version: dpkg-shlibdeps knows. CPack could ask it
# (CPACK_DEBIAN_PACKAGE_SHLIBDEPS), but runs `file` on each of 290 documents before it does: 30 s of processor against 1.
# cpack reads this before it packs.
set(place "${CPACK_PACKAGE_DIRECTORY}/_depends")
file(MAKE_DIRECTORY "${place}/debian")
file(WRITE "${place}/debian/control" "Source: pairform\n\nPackage: pairform\nArchitecture: any\n")
execute_process(COMMAND dpkg-shlibdeps -O "${CPACK_PAIRFORM_PROGRAM}" WORKING_DIRECTORY "${place}"
  OUTPUT_VARIABLE said ERROR_VARIABLE why RESULT_VARIABLE failed)
file(REMOVE_RECURSE "${place}")
if(NOT failed STREQUAL "0" OR NOT said MATCHES "shlibs:Depends=([^\n]+)")
  message(FATAL_ERROR "dpkg-shlibdeps (package dpkg-dev) names no libraries of ${CPACK_PAIRFORM_PROGRAM}: ${failed} ${why}")
endif()
# libcurl is loaded with the first request to Azure, so the program does not name it.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "${CMAKE_MATCH_1}, libcurl4 (>= 7.85.0)")
