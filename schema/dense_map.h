// Arrays that take one kind of id only, and maps from interned texts.
// DenseMap<PriorId, PriorRow> is a vector whose index is a PriorId: `rows[p]` compiles for no other id.
// TextMap<PriorId> finds a value by an interned text without hashing, because texts are dense small numbers:
// one array of 4 bytes for each text up to the largest one that has a value.
// Threads: as std::vector.
#pragma once
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

#include "schema/id.h"

namespace pairform {

// The ids 0 to size - 1, for a loop: `for (const PriorId p : prior.rows.ids())`.
template <class I>
class IdRange {
 public:
  class Iterator {
   public:
    using value_type = I;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::forward_iterator_tag;
    using pointer = const I*;
    using reference = I;
    Iterator() = default;
    explicit Iterator(std::uint32_t at) : at_(at) {}
    I operator*() const { return I(at_); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) { return Iterator(at_++); }
    friend bool operator==(Iterator, Iterator) = default;

   private:
    std::uint32_t at_ = 0;
  };
  explicit IdRange(std::size_t size) : size_(static_cast<std::uint32_t>(size)) {}
  Iterator begin() const { return Iterator(0); }
  Iterator end() const { return Iterator(size_); }

 private:
  std::uint32_t size_;
};

template <class I, class T>
class DenseMap {
 public:
  using Reference = typename std::vector<T>::reference;  // of bool a proxy
  using ConstReference = typename std::vector<T>::const_reference;

  DenseMap() = default;
  explicit DenseMap(std::size_t size, T value = T()) : items_(size, value) {}

  ConstReference operator[](I id) const { return items_[id.index()]; }
  Reference operator[](I id) { return items_[id.index()]; }
  I push_back(T item) {
    items_.push_back(std::move(item));
    return I(items_.size() - 1);
  }
  // The id that push_back would give.
  I next() const { return I(items_.size()); }
  // The id of an element of this map, given by reference.
  I id_of(const T& item) const { return I(static_cast<std::size_t>(&item - items_.data())); }

  IdRange<I> ids() const { return IdRange<I>(items_.size()); }
  std::size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  void reserve(std::size_t size) { items_.reserve(size); }
  void assign(std::size_t size, T value) { items_.assign(size, value); }
  void resize(std::size_t size) { items_.resize(size); }
  void clear() { items_.clear(); }
  auto begin() { return items_.begin(); }
  auto end() { return items_.end(); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }
  const T& back() const { return items_.back(); }
  T& back() { return items_.back(); }
  // For what sorts or erases: the ids change their meaning.
  std::vector<T>& items() { return items_; }
  const std::vector<T>& items() const { return items_; }

 private:
  std::vector<T> items_;
};

// From an interned text to an id (of a row, a place, another text); none where nothing was set.
template <class I>
class TextMap {
 public:
  explicit TextMap(std::size_t texts = 0) : at_(texts) {}
  I operator[](Text text) const { return text && text.index() < at_.size() ? at_[text.index()] : I(); }
  bool contains(Text text) const { return static_cast<bool>((*this)[text]); }
  void set(Text text, I value) {
    if (!text) return;
    if (text.index() >= at_.size()) at_.resize(text.index() + 1);
    at_[text.index()] = value;
  }
  // Keeps what is there.
  void set_first(Text text, I value) {
    if (!contains(text)) set(text, value);
  }

 private:
  std::vector<I> at_;
};

class TextSet {
 public:
  explicit TextSet(std::size_t texts = 0) : in_(texts) {}
  bool contains(Text text) const { return text && text.index() < in_.size() && in_[text.index()]; }
  void insert(Text text) {
    if (!text) return;
    if (text.index() >= in_.size()) in_.resize(text.index() + 1);
    in_[text.index()] = true;
  }

 private:
  std::vector<bool> in_;
};

}  // namespace pairform
